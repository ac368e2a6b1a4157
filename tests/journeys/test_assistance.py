"""A member who cannot pay applies for help; somebody at the desk decides; the bill asks for less."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from openmember.assistance import queries
from openmember.assistance.types import Status
from openmember.billing.types import Line
from openmember.documents.testing import PDF
from openmember.members.types import Role
from openmember.payments.jobs import check_books
from openmember.payments.testing import PASSWORD, a_bill, a_member, a_staff_user, a_user, an_account
from tests.journeys.conftest import NARROW, PHONE, check_page, press, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

DESKTOP = {"width": 1280, "height": 800}
Look = Callable[[Page], None]


def look_away(page: Page) -> None:
    """Do not look at this page."""


@pytest.fixture(autouse=True)
def documents_folder(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"


@pytest.fixture
def owing(transactional_db):
    """The account of ana@example.org, with a visit of $100."""
    member = a_member(region="northwest")
    a_user(member=member, email="ana@example.org")
    account = an_account(holder=member)
    a_bill(account, 100_00, line=Line.MEDICAL, title="Visit on October 8")
    return account


def apply_for_help(page: Page, look: Look) -> None:
    """Go from the bill through every step to the page that says it was received; `look` at each page."""
    sign_in(page)
    page.get_by_role("link", name="Visit on October 8").first.click()
    page.get_by_role("link", name="Apply for financial help").click()
    look(page)
    press(page, "Apply for financial help")
    page.get_by_label("How many people live in your household?").fill("3")
    page.get_by_label("Which state do you live in?").select_option("OR")
    look(page)
    press(page, "Save and continue")
    page.get_by_text("Yes", exact=True).click()
    first = page.get_by_role("group", name="Income 1", exact=True)
    first.get_by_label("What it is").select_option("wages")
    first.get_by_label("How much").fill("2,500")
    first.get_by_label("How often").select_option("24")
    look(page)
    press(page, "Save and continue")
    look(page)
    press(page, "Save and continue")
    page.get_by_label("Files").set_input_files(
        [
            {"name": "stub-1.pdf", "mimeType": "application/pdf", "buffer": PDF},
            {"name": "stub-2.pdf", "mimeType": "application/pdf", "buffer": PDF + b"2\n%%EOF"},
        ]
    )
    press(page, "Send these files")
    expect(page.get_by_text("We have your 2 documents.")).to_be_visible()
    look(page)
    page.get_by_role("main").get_by_role("link", name="Continue").click()
    expect(page.get_by_text("$60,000.00")).to_be_visible()
    look(page)
    page.get_by_text("I agree with these statements.").click()
    page.get_by_label("Type your full name to sign").fill("Ana Ruiz")
    press(page, "Send the application")
    expect(page.get_by_text("We have your application. Thank you.")).to_be_visible()
    look(page)


def decide(page: Page, email: str, look: Look) -> None:
    """Open the application from the list of what waits, and confirm what the rules propose."""
    page.goto("/desk/assistance/")
    page.locator("[name=login]").fill(email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    expect(page.get_by_role("heading", name="Applications for financial help")).to_be_visible()
    look(page)
    press(page, "Open")
    expect(page.get_by_text("219.62 %")).to_be_visible()
    look(page)
    page.get_by_role("link", name="Decide").click()
    look(page)
    press(page, "Continue")
    expect(page.get_by_text("Nothing has happened yet.")).to_be_visible()
    look(page)
    press(page, "Decide, and write the letter")
    expect(page.get_by_text("Approved in part").first).to_be_visible()
    look(page)


# Each page is looked at once: the member's on a phone, the desk's on its own screen.
@pytest.mark.parametrize(
    ("viewport", "at_member", "at_desk"),
    [(PHONE, check_page, look_away), (DESKTOP, look_away, check_page)],
    ids=["phone", "desktop"],
)
def test_a_member_applies_the_desk_decides_and_the_bill_asks_for_less(
    visit, owing, viewport, at_member, at_desk
):
    member = visit(viewport, locale="en-US")
    apply_for_help(member, at_member)

    (application,) = queries.list_applications(numbers=owing.numbers)
    assert application.status is Status.RECEIVED
    decide(visit(DESKTOP, locale="en-US"), a_staff_user(Role.BILLING).email, at_desk)

    member.reload()
    expect(member.get_by_text("We take 75 percent off medical bills")).to_be_visible()
    at_member(member)
    member.get_by_role("link", name="Visit on October 8").click()
    expect(member.get_by_role("link", name="Pay $25.00")).to_be_visible()
    at_member(member)
    assert check_books() == ()


def test_every_step_fits_a_narrow_window_and_needs_no_script(visit, owing):
    page = visit(NARROW, locale="en-US", java_script_enabled=False)
    sign_in(page)
    page.goto("/assistance/")
    press(page, "Apply for financial help")
    page.get_by_label("How many people live in your household?").fill("2")
    page.get_by_label("Which state do you live in?").select_option("CA")
    press(page, "Save and finish later")
    expect(page.get_by_text("Saved. You can go on whenever you like.")).to_be_visible()
    page.get_by_role("link", name="Go on with it").click()

    expect(page.get_by_label("How many people live in your household?")).to_have_value("2")


def test_the_pages_are_there_in_spanish_and_axe_finds_nothing(visit, owing):
    page = visit(PHONE, locale="es-US")
    sign_in(page)
    page.goto("/assistance/")
    expect(page.locator("html")).to_have_attribute("lang", "es")
    check_page(page)
    page.locator("form[action$='/assistance/apply/'] button").click()
    page.wait_for_url(re.compile("household"))
    check_page(page)
    page.locator("button.usa-button").first.click()
    expect(page.locator("[data-error-summary]")).to_be_visible()
    check_page(page)
