"""A member reads a statement, pays it, and from then on reads their documents online."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from openmember.billing.statements.services import run_month
from openmember.payments.testing import TESTER, a_bill
from tests.journeys.conftest import NARROW, press, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("journey-documents")]


@pytest.fixture
def statement(account) -> None:
    """The statement of the month before this one, over a bill of that month."""
    today = timezone.localdate()
    month = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    a_bill(account, 25_00, title="Laboratory", issued_on=month, due_on=today + timedelta(days=5))
    run_month(month=month, today=today, actor=TESTER)


def test_reading_a_statement_and_paying_it(page: Page, statement, check_page):
    sign_in(page)
    page.get_by_role("link", name="Letters and statements").click()
    check_page(page)
    page.get_by_role("link", name="Statement for").click()
    check_page(page)
    expect(page.get_by_role("heading", name="Ways to pay")).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Pay $").click()
    press(page, "Continue")
    page.get_by_text("Bank account").click()
    press(page, "Continue")
    press(page, "Pay ")
    expect(page.get_by_role("heading", name="Payment receipt")).to_be_visible()

    page.goto("/documents/")
    page.get_by_role("link", name="Statement for").click()
    expect(page.get_by_text("Nothing is due today.")).to_be_visible()


def test_a_statement_is_kept_as_a_file(page: Page, statement):
    sign_in(page)
    page.goto("/documents/")
    page.get_by_role("link", name="Statement for").click()

    with page.expect_download() as download:
        page.get_by_role("link", name="PDF in large print").click()

    assert download.value.suggested_filename.endswith("-large-print.pdf")


def test_choosing_to_read_online_and_going_back_to_paper(visit, account, check_page):
    page = visit(viewport=NARROW)
    sign_in(page)
    page.goto("/documents/")
    page.get_by_role("link", name="Read them online instead").click()
    check_page(page)
    press(page, "Read my documents online")
    expect(page.get_by_text("Open the sample document first").first).to_be_visible()
    check_page(page)
    for name in ("opened", "agreed"):
        page.locator(f"label[for=id_{name}]").click()
    press(page, "Read my documents online")

    expect(page.get_by_text("From now on you read your documents online.")).to_be_visible()
    page.get_by_role("link", name="You now read your documents online").click()
    check_page(page)

    page.goto("/documents/reading/")
    press(page, "Go back to paper")
    expect(page.get_by_text("From now on your documents come in the mail.")).to_be_visible()
