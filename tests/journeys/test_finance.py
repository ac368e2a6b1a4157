"""Finance at work: a reconciliation difference from the queue to the books, and a month closed and reopened."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from openmember.ledger.closing.queries import get_month
from openmember.ledger.closing.testing import unlock_months
from openmember.members.types import Role
from openmember.payments.jobs import check_books, ensure_months
from openmember.payments.reconciliation import queries
from openmember.payments.reconciliation.services.matching import reconcile_day
from openmember.payments.reconciliation.testing import a_bank_day, a_line
from openmember.payments.services import door
from openmember.payments.testing import PASSWORD, TESTER, a_bill, a_staff_user, an_account
from openmember.payments.types import Channel, Method, PaymentRequest

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

DESK = {"width": 1280, "height": 800}
NARROW = {"width": 320, "height": 640}


@pytest.fixture
def months(transactional_db: None) -> Iterator[None]:
    """The months around today, open again afterwards."""
    ensure_months(timezone.localdate())
    yield
    unlock_months()


def sign_in(page: Page, email: str) -> Page:
    page.goto("/desk/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page.get_by_role("heading", name="Find an account")).to_be_visible()
    return page


def confirm(page: Page, check_page: Callable[[Page], None], words: str) -> None:
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Nothing has happened yet.")).to_be_visible()
    check_page(page)
    page.get_by_role("main").get_by_role("button", name=words).click()


def test_a_difference_is_worked_from_the_queue_to_the_books(months, visit, check_page):
    account, today = an_account(), timezone.localdate()
    day = today - timedelta(days=14)
    request = PaymentRequest("j1", 40_00, Method.CASH, Channel.COMMAND, "guest", day)
    door.take_payment(account=account, request=request, actor=TESTER)
    a_bank_day(day + timedelta(days=1), a_line(39_00, "DEP17", "DEPOSIT"))
    reconcile_day(day=today, actor=TESTER)
    page = sign_in(visit(DESK, locale="en-US"), a_staff_user(Role.FINANCE).email)

    page.get_by_role("link", name="Finance").click()
    expect(page.get_by_text("2 late differences")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="2 late differences").click()
    check_page(page)
    page.get_by_role("row", name="DEP17").get_by_role("link").click()
    expect(page.get_by_role("heading", name="Bank $39.00")).to_be_visible()
    check_page(page)
    page.get_by_role("link", name="Match or explain").click()
    check_page(page)
    page.get_by_text("$40.00, Books").click()
    page.get_by_text("Post the difference to cash over and short").click()
    page.get_by_label("Reason").fill("A dollar short in the drawer")
    confirm(page, check_page, "Match")

    expect(page.get_by_text("Matched.")).to_be_visible()
    check_page(page)
    assert queries.list_queue(today=today).total == 0
    assert check_books() == ()


def test_a_month_is_closed_and_opened_again_by_two_people(months, visit, check_page):
    today = timezone.localdate()
    first = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    a_bill(an_account(), 100_00, issued_on=first, due_on=first + timedelta(days=20))
    rosa = sign_in(visit(DESK, locale="en-US"), a_staff_user(Role.FINANCE).email)

    rosa.goto("/desk/finance/months/")
    expect(rosa.get_by_role("heading", name="Before it is closed")).to_be_visible()
    rosa.get_by_role("link", name="Prove the books now").click()
    check_page(rosa)
    rosa.get_by_role("main").get_by_role("link", name="Close ").click()
    check_page(rosa)
    rosa.get_by_label("Why it is closed with this missing").fill("No bank in this trial")
    confirm(rosa, check_page, "Close it")
    expect(rosa.get_by_text("is closed.")).to_be_visible()
    check_page(rosa)
    assert get_month(month=first).is_closed

    rosa.goto(f"/desk/finance/months/{first:%Y-%m}/reports/")
    expect(rosa.get_by_text("Kept when the month was closed")).to_be_visible()
    check_page(rosa)
    with rosa.expect_download() as download:
        rosa.get_by_role("link", name="Journal, CSV").click()
    assert download.value.suggested_filename == f"{first:%Y-%m}-journal.csv"

    rosa.goto(f"/desk/finance/months/{first:%Y-%m}/")
    rosa.get_by_role("link", name="Ask to open it again").click()
    rosa.get_by_label("Reason").fill("A bank day came late")
    confirm(rosa, check_page, "Ask for it")
    sam = sign_in(visit(DESK, locale="en-US"), a_staff_user(Role.FINANCE).email)
    sam.goto(f"/desk/finance/months/{first:%Y-%m}/")
    check_page(sam)
    sam.get_by_role("link", name="Agree").click()
    confirm(sam, check_page, "Open it again")
    expect(sam.get_by_text("is open again.")).to_be_visible()
    assert not get_month(month=first).is_closed
    assert check_books() == ()


def test_finance_fits_a_narrow_window_and_needs_no_script(months, visit, check_page):
    today = timezone.localdate()
    a_bank_day(today - timedelta(days=10), a_line(39_00, "DEP17", "DEPOSIT"))
    a_bill(an_account(), 100_00, issued_on=today.replace(day=1), due_on=today + timedelta(days=20))
    reconcile_day(day=today, actor=TESTER)
    specialist = a_staff_user(Role.FINANCE)

    page = sign_in(visit(NARROW, locale="en-US"), specialist.email)
    for address in ("", "differences/", "months/", f"months/{today:%Y-%m}/reports/"):
        page.goto(f"/desk/finance/{address}")
        check_page(page)
    page = sign_in(visit(DESK, locale="en-US", java_script_enabled=False), specialist.email)
    page.goto("/desk/finance/differences/")
    page.get_by_role("row", name="DEP17").get_by_role("link").click()
    page.get_by_role("link", name="Leave as timing").click()
    page.get_by_label("Reason").fill("Deposited on Friday")
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("main").get_by_role("button", name="Leave it").click()
    expect(page.get_by_text("It stays in the queue")).to_be_visible()
