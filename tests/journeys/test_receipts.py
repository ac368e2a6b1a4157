"""A billing specialist works money nobody could identify: posts it, and sends some back."""

import pytest
from playwright.sync_api import expect

from openmember.ledger.queries import get_balance
from openmember.members.types import Role
from openmember.payments.jobs import check_books
from openmember.payments.receipts.testing import a_wire, wires_came
from openmember.payments.testing import PASSWORD, TODAY, a_member, a_staff_user, an_account

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def check_narrow(page, check_page):
    page.set_viewport_size(NARROW)
    check_page(page)
    page.set_viewport_size(WIDE)


def test_receipts_are_worked(visit, check_page):
    account = an_account(holder=a_member(first="Ana", last="River"))
    wires_came(TODAY, a_wire(70_00, "FOR ANA RIVER"), a_wire(30_00, "NOBODY KNOWS"))
    specialist = a_staff_user(Role.BILLING)
    page = visit(WIDE, locale="en-US")
    page.goto("/desk/receipts/")
    page.get_by_label("Email").fill(specialist.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Unidentified receipts", level=1)).to_be_visible()
    expect(page.get_by_text("2 receipts wait, $100.00.")).to_be_visible()
    check_narrow(page, check_page)

    page.get_by_role("row", name="FOR ANA RIVER").get_by_role("link").click()
    expect(page.get_by_text("somebody on the account is named")).to_be_visible()
    check_narrow(page, check_page)
    page.get_by_label("Bill pay number of the account").fill(account.number)
    page.get_by_label("Reason").first.fill("She confirmed it.")
    page.get_by_text("Suggest this account").click()
    page.get_by_role("button", name="Continue to post").click()
    expect(page.get_by_text("Nothing has happened yet.")).to_be_visible()
    check_narrow(page, check_page)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("$70.00 were posted.")).to_be_visible()

    page.get_by_role("row", name="NOBODY KNOWS").get_by_role("link").click()
    page.get_by_label("Reason").nth(1).fill("Not ours.")
    page.get_by_role("button", name="Continue to return").click()
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("$30.00 go back to the sender").first).to_be_visible()
    check_narrow(page, check_page)
    page.get_by_label("Number of the check or wire").fill("check 1001")
    page.get_by_role("button", name="Note it as paid out").click()
    expect(page.get_by_text("No money waits for a person.")).to_be_visible()

    assert account.number not in page.url
    assert get_balance(account_number=account.number).credit_cents == 70_00
    assert check_books() == ()


def test_money_the_bank_took_back_is_returned_by_two(visit, check_page):
    account = an_account(holder=a_member(first="Ana", last="River"))
    wires_came(TODAY, a_wire(70_00, f"ACME {account.number}"))
    wires_came(TODAY, a_wire(70_00, f"ACME PAYROLL {account.number}"))
    pages = []
    for role in (Role.BILLING, Role.FINANCE):
        person, page = a_staff_user(role), visit(WIDE, locale="en-US")
        page.goto("/desk/exceptions/?kind=bank")
        page.get_by_label("Email").fill(person.email)
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Exceptions", level=1)).to_be_visible()
        pages.append(page)
    first, second = pages
    check_narrow(first, check_page)

    first.get_by_role("link", name="The bank took it back").click()
    expect(first.get_by_role("button", name="Propose to keep it")).to_be_visible()
    check_narrow(first, check_page)
    first.get_by_label("Reason").first.fill("The sender recalled it.")
    first.get_by_role("button", name="Propose to return it").click()
    expect(first.get_by_text("$70.00 wait for a second person now.")).to_be_visible()

    second.reload()
    second.get_by_role("link", name="a second person has to agree").click()
    check_narrow(second, check_page)
    second.get_by_role("button", name="Agree").click()
    expect(second.get_by_text("It is returned")).to_be_visible()

    assert get_balance(account_number=account.number).credit_cents == 0
    assert check_books() == ()
