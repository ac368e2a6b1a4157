"""A billing specialist at work, by keyboard alone: find, raise a bill, move money, refund part of it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from openmember.billing.types import Line
from openmember.ledger.queries import get_balance
from openmember.members.types import Role
from openmember.payments.jobs import check_books
from openmember.payments.queries import list_payments
from openmember.payments.testing import PASSWORD, a_bill, a_payment, a_staff_user, an_account

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

TABS_AT_MOST = 60
CheckPage = Callable[[Page], None]


@pytest.fixture
def page(visit):
    return visit({"width": 1280, "height": 800}, locale="en-US")


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus is called or labelled so."""
    for _ in range(TABS_AT_MOST):
        page.keyboard.press("Tab")
        name = page.evaluate(
            "(e => e.labels?.length ? e.labels[0].innerText : e.innerText || '')(document.activeElement)"
        )
        if name.strip().startswith(words):
            return
    raise AssertionError(f"{words!r} cannot be reached with Tab on {page.url}")


def press(page: Page, words: str, title: str) -> None:
    """Reach a link or a button by Tab and press it; the page that follows has the title."""
    tab_to(page, words)
    page.keyboard.press("Enter")
    expect(page).to_have_title(title_like(title))


def type_into(page: Page, words: str, text: str) -> None:
    tab_to(page, words)
    page.keyboard.type(text)


def title_like(title: str) -> re.Pattern[str]:
    return re.compile(f"^{re.escape(title)}")


def sign_in(page: Page, email: str) -> None:
    page.goto("/desk/")
    type_into(page, "Email", email)
    type_into(page, "Password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_title(title_like("Find"))


def test_a_billing_specialist_works_by_keyboard_alone(page, check_page):
    account = an_account()
    premium = a_bill(account, 100_00)
    payment = a_payment(account, 80_00, premium)
    specialist = a_staff_user(Role.BILLING)

    sign_in(page, specialist.email)
    check_page(page)
    open_account(page, check_page, "ruiz 1970-05-17")
    check_page(page)
    raise_a_bill(page, check_page)
    check_page(page)
    move_part(page, check_page, payment.reference)
    check_page(page)
    refund_part(page, check_page)
    check_page(page)

    (payment,) = list_payments(numbers=account.numbers).payments
    assert {one.line: one.amount_cents for one in payment.allocations} == {
        Line.PREMIUM: 60_00, Line.MEDICAL: 10_00,
    }  # fmt: skip
    assert payment.refunded_cents == 10_00
    assert get_balance(account_number=account.number).owed_cents == 40_00 + 30_00
    assert check_books() == ()


def open_account(page: Page, check_page: CheckPage, typed: str) -> None:
    page.keyboard.type(typed)  # The box has the focus.
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="1 found")).to_be_visible()
    check_page(page)
    page.keyboard.type("Review")  # The reason has it now.
    press(page, "Open", "Account")


def raise_a_bill(page: Page, check_page: CheckPage) -> None:
    page.keyboard.press("g")
    page.keyboard.press("b")
    expect(page).to_have_title(title_like("Bills"))
    check_page(page)
    press(page, "Raise a bill", "Raise a bill")
    check_page(page)
    type_into(page, "For", "Medical")
    type_into(page, "Title on the bill", "Visit of October 8")
    type_into(page, "Due", "12012099")
    type_into(page, "Line 1, description", "Office visit")
    type_into(page, "Line 1, amount", "40")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Nothing has happened yet.")).to_be_visible()
    check_page(page)
    press(page, "Raise the bill", "Bills")
    expect(page.get_by_text("was raised for $40.00")).to_be_visible()


def move_part(page: Page, check_page: CheckPage, reference: str) -> None:
    page.keyboard.press("g")
    page.keyboard.press("p")
    expect(page).to_have_title(title_like("Payments"))
    check_page(page)
    press(page, reference, "Payment")
    check_page(page)
    press(page, "Move", "Move what")
    check_page(page)
    type_into(page, "Put on", "Visit")
    type_into(page, "Amount", "20")
    type_into(page, "Reason", "Meant for the visit")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing has happened yet.")).to_be_visible()
    press(page, "Move it", "Payment")
    expect(page.get_by_text("$20.00 was moved")).to_be_visible()


def refund_part(page: Page, check_page: CheckPage) -> None:
    press(page, "Refund", "Refund")
    check_page(page)
    tab_to(page, "Amount")
    page.keyboard.press("Control+A")
    page.keyboard.type("10")
    type_into(page, "Reason", "Paid too much")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing has happened yet.")).to_be_visible()
    check_page(page)
    press(page, "Refund it", "Payment")
    expect(page.get_by_text("$10.00 is on its way back")).to_be_visible()


def test_single_keys_do_nothing_in_a_field_or_once_turned_off(page, check_page):
    specialist = a_staff_user(Role.BILLING)
    sign_in(page, specialist.email)

    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("?/g f")
    expect(page.get_by_role("searchbox")).to_have_value("?/g f")

    page.get_by_role("heading", level=1).click()
    page.keyboard.press("?")
    expect(page).to_have_title(title_like("Keys"))
    check_page(page)

    press(page, "Turn single keys off", "Keys")
    page.keyboard.press("g")
    page.keyboard.press("f")
    expect(page).to_have_title(title_like("Keys"))
    page.keyboard.press("Control+k")
    expect(page.get_by_label("Type what to do")).to_be_focused()
