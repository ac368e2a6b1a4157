"""A billing specialist works what files left: finds whose a line is, and closes what does not add up."""

import pytest
from playwright.sync_api import expect

from openmember.exchange.testing import Sending
from openmember.exchange.x820.testing import Paid, compose_820
from openmember.ledger.queries import list_transfers
from openmember.members.types import Role
from openmember.payments.jobs import check_books
from openmember.payments.remittances.services.intake import take_820
from openmember.payments.testing import (
    PASSWORD,
    TESTER,
    a_member,
    a_staff_user,
    an_account,
)

WIDE, NARROW = {"width": 1280, "height": 800}, {"width": 320, "height": 640}
pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def files(tmp_path, transactional_db):
    """Two premium remittances: one for somebody not known, one that does not add up."""
    unknown = compose_820([Paid("777222", (("APTC", 412_00), ("UF", -12_35)))])
    unsound = compose_820(
        [Paid("777223", (("PREM", 80_00),))], amount_cents=90_00, trace="TRACE-2",
        sending=Sending(control=2),
    )  # fmt: skip
    for name, content in (("exchange.820", unknown), ("employer.820", unsound)):
        (tmp_path / name).write_bytes(content)
        take_820(path=tmp_path / name, actor=TESTER)


def check_narrow(page, check_page):
    page.set_viewport_size(NARROW)
    check_page(page)
    page.set_viewport_size(WIDE)


def test_exceptions_are_worked(visit, check_page, files):
    account = an_account(holder=a_member(first="Ana", last="River"))
    specialist = a_staff_user(Role.BILLING)
    page = visit(WIDE, locale="en-US")
    page.goto("/desk/exceptions/")
    page.get_by_label("Email").fill(specialist.email)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Exceptions", level=1)).to_be_visible()
    check_narrow(page, check_page)

    page.get_by_role("link", name="Account not known").click()
    check_narrow(page, check_page)
    page.get_by_label("Bill pay number of the account").fill("123456789012")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("check digits do not fit").first).to_be_visible()
    check_page(page)
    page.get_by_label("Bill pay number of the account").fill(account.number)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Nothing has happened yet.")).to_be_visible()
    check_page(page)
    page.get_by_role("button", name="Put the line on this account").click()
    expect(page.get_by_text("the payment of $399.65 is posted")).to_be_visible()

    page.get_by_role("link", name="Does not add up").click()
    expect(page.get_by_text("10.00 off")).to_be_visible()
    check_page(page)
    page.get_by_label("What was done instead").fill("The employer sends it again.")
    page.get_by_role("button", name="Close with this note").click()
    expect(page.get_by_text("Nothing waits for a person.")).to_be_visible()
    check_page(page)

    assert account.number not in page.url
    assert [one.kind for one in list_transfers(account_number=account.number)] == [
        "user_fee",
        "aptc",
    ]
    assert check_books() == ()
