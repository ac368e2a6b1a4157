"""A cashier's day by keyboard alone: from the float to a count that balances and a deposit the bank matches."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from openmember.accounts.types import Account
from openmember.billing.types import Line
from openmember.ledger.queries import get_balance
from openmember.members.types import Role
from openmember.payments.drawers import queries
from openmember.payments.jobs import check_books, ensure_months
from openmember.payments.queries import list_payments
from openmember.payments.reconciliation.services.matching import reconcile_day
from openmember.payments.reconciliation.testing import a_bank_day, a_line
from openmember.payments.testing import PASSWORD, TESTER, a_bill, a_member, a_staff_user, an_account
from openmember.payments.types import Status

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

DESK = {"width": 1280, "height": 800}
NARROW = {"width": 320, "height": 640}
KEYS_AT_MOST = 12
TABS_AT_MOST = 60


class Keyboard:
    """A keyboard that counts what is pressed."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def type(self, text: str) -> None:
        for sign in text:
            self.press(sign)

    def press(self, key: str) -> None:
        self.pressed += 1
        self.page.keyboard.press(key)

    def tab_to(self, words: str) -> None:
        """Press Tab until what has the focus is called or labelled so."""
        for _ in range(TABS_AT_MOST):
            self.press("Tab")
            name = self.page.evaluate(
                "(e => e.labels?.length ? e.labels[0].innerText : e.innerText || '')(document.activeElement)"
            )
            if name.strip().startswith(words):
                return
        raise AssertionError(f"{words!r} cannot be reached with Tab on {self.page.url}")


@pytest.fixture
def family(transactional_db) -> Account:
    """An account with a visit and a prescription to pay, $60 in all."""
    today = timezone.localdate()
    ensure_months(today)
    account = an_account(holder=a_member(email="ana@example.org", region="california"))
    for line, cents, title in (
        (Line.MEDICAL, 40_00, "Visit of November 3"),
        (Line.PHARMACY, 20_00, "Prescription of November 9"),
    ):
        a_bill(
            account, cents, line=line, title=title, issued_on=today - timedelta(9),
            due_on=today + timedelta(6),
        )  # fmt: skip
    return account


def at_the_counter(page: Page, role: Role = Role.CASHIER) -> Keyboard:
    """Sign in and go to the counter."""
    keys = Keyboard(page)
    page.goto("/desk/")
    page.locator("[name=login]").fill(a_staff_user(role).email)
    page.locator("[name=password]").fill(PASSWORD)
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Find an account")).to_be_visible()
    page.get_by_role("link", name="Counter").press("Enter")
    expect(page.get_by_role("heading", name="Open a drawer")).to_be_visible()
    return keys


def open_drawer(keys: Keyboard) -> None:
    expect(keys.page.get_by_role("heading", name="Open a drawer")).to_be_visible()
    keys.tab_to("Float in it")
    keys.press("Enter")
    expect(keys.page.get_by_label("Scan or key the number")).to_be_focused()


def scan(keys: Keyboard, text: str) -> None:
    """What a scanner does: it types the number, and Enter."""
    keys.page.keyboard.type(text)
    keys.page.keyboard.press("Enter")
    expect(keys.page.get_by_label("Cash received")).to_be_focused()


def test_a_cashiers_day_by_keyboard_alone(visit, check_page, family):
    page = visit(DESK, locale="en-US")
    keys = at_the_counter(page)
    check_page(page)
    open_drawer(keys)
    check_page(page)

    scan(keys, family.number)
    check_page(page)
    keys.pressed = 0
    keys.type("100")
    keys.press("Enter")
    expect(page.get_by_role("button", name="Take $60.00")).to_be_focused()
    check_page(page)
    keys.press("Enter")
    expect(page.get_by_role("button", name="Next person")).to_be_focused()
    expect(page.locator(".counter-sums__change")).to_contain_text("$40.00")
    keys.press("Enter")
    expect(page.get_by_label("Scan or key the number")).to_be_focused()
    assert keys.pressed <= KEYS_AT_MOST
    check_page(page)
    assert get_balance(account_number=family.number).owed_cents == 0

    pick_up_a_prescription(keys, family, check_page)
    count_and_deposit(keys, check_page)

    deposit = queries.list_deposits(facility="oakland")[0]
    today = timezone.localdate()
    a_bank_day(today + timedelta(days=1), a_line(deposit.total_cents, deposit.slip, "DEPOSIT"))
    reconcile_day(day=today + timedelta(days=1), actor=TESTER)
    cash = [one for one in list_payments(numbers=family.numbers).payments if not one.gateway]
    assert {one.status for one in cash} == {Status.SETTLED}
    assert check_books() == ()


def pick_up_a_prescription(keys: Keyboard, account: Account, check_page) -> None:
    """Charge a copay on the spot; half by card, the rest in cash."""
    page = keys.page
    scan(keys, account.number)
    keys.type("=")
    keys.press("Tab")
    keys.type("5")
    keys.tab_to("Its number")
    keys.type("RX 7001")
    keys.press("Tab")
    keys.type("15")
    keys.press("Enter")
    expect(page.get_by_role("button", name="Take $15.00")).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Receipt")).to_be_visible()
    check_page(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Print").press("Enter")
    check_page(opened.value)
    opened.value.close()
    page.get_by_role("button", name="Next person").focus()
    keys.press("Enter")
    expect(page.get_by_label("Scan or key the number")).to_be_focused()


def count_and_deposit(keys: Keyboard, check_page) -> None:
    page = keys.page
    keys.tab_to("Count the drawer")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="Count Pharmacy 1")).to_be_visible()
    check_page(page)
    expect(page.get_by_label("$100.00")).to_be_focused()
    keys.type("2")
    keys.tab_to("$20.00")
    keys.type("3")
    keys.tab_to("$10.00")
    keys.type("1")
    keys.press("Enter")
    expect(page.get_by_role("button", name="Close the drawer")).to_be_focused()
    expect(page.get_by_text("$270.00")).to_be_visible()
    check_page(page)
    keys.press("Enter")
    expect(page.get_by_text("It balances")).to_be_visible()
    check_page(page)
    keys.press("Enter")
    expect(page.get_by_role("button", name="Make the deposit")).to_be_focused()
    check_page(page)
    keys.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("Deposit slip [0-9]{10}"))).to_be_visible()
    expect(page.locator(".counter-sums__change")).to_contain_text("$70.00")
    check_page(page)


def test_when_the_server_is_out_of_reach_nothing_is_taken(visit, family):
    page = visit(DESK, locale="en-US")
    keys = at_the_counter(page)
    open_drawer(keys)
    scan(keys, family.number)

    page.context.set_offline(True)
    expect(page.get_by_role("alert").filter(has_text="cannot be reached")).to_be_visible()
    keys.type("100")
    keys.press("Enter")
    page.wait_for_timeout(300)
    expect(page.get_by_label("Cash received")).to_have_value("100")
    assert list_payments(numbers=family.numbers).payments == ()

    page.context.set_offline(False)
    expect(page.get_by_role("alert").filter(has_text="cannot be reached")).to_be_hidden()
    keys.press("Enter")
    expect(page.get_by_role("button", name="Take $60.00")).to_be_visible()


def test_the_counter_fits_a_narrow_window(visit, check_page, family):
    page = visit(NARROW, locale="en-US")
    keys = at_the_counter(page, Role.SUPERVISOR)
    open_drawer(keys)
    check_page(page)
    scan(keys, family.number)
    check_page(page)
    page.goto("/desk/counter/drawers/")
    check_page(page)
    page.goto("/desk/counter/count/")
    check_page(page)
