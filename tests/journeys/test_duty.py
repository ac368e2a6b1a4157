"""A representative says that they are there and takes who waits, with one key each; the board shows it."""

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from openmember.cases.interactions.services import contacts
from openmember.cases.interactions.types import NewInteraction
from openmember.cases.testing import a_case, a_supervisor, a_worker
from openmember.cases.types import Channel
from openmember.members import models
from openmember.members.testing import TESTER
from openmember.payments.testing import PASSWORD
from tests.journeys.conftest import NARROW, check_page

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def enter(page: Page, actor, address: str) -> None:
    page.goto(address)
    page.locator("[name=login]").fill(models.User.objects.get(id=actor.id).email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/desk/**")


def test_one_key_each_for_being_there_and_for_what_comes_next(visit, transactional_db):
    ines, vera = a_worker("billing", first_name="Ines"), a_supervisor("billing")
    case = a_case(category="bill_question", bill="October")
    new = NewInteraction(channel=Channel.PHONE, team="billing", region="california")
    contacts.begin(new=new, now=timezone.now(), actor=TESTER)

    page = visit(DESKTOP)
    enter(page, ines, "/desk/presence/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Presence: Away")
    page.set_viewport_size(NARROW)
    check_page(page)
    page.set_viewport_size(DESKTOP)
    page.goto("/desk/cases/")
    state = page.locator(".desk-duty__state")
    expect(state).to_contain_text("Away")
    # Until the bar that just came is in force a key sends the form as a page.
    page.wait_for_load_state("networkidle")
    page.keyboard.press("A")
    expect(state).to_contain_text("Available")
    page.get_by_text("Change", exact=True).click()
    check_page(page)
    page.keyboard.press("N")
    page.wait_for_url("**/desk/contacts/*/")
    expect(state).to_contain_text("In a contact")

    board = visit(DESKTOP)
    enter(board, vera, "/desk/board/")
    row = board.get_by_role("row").filter(has_text="Ines")
    expect(row).to_contain_text("In a contact")
    check_page(board)

    page.get_by_text("End the contact").first.click()
    page.get_by_role("button", name="End the contact").click()
    expect(state).to_contain_text("After a contact")
    page.keyboard.press("N")
    page.wait_for_url(f"**/desk/cases/{case.number}/")
    expect(state).to_contain_text("Available")
    page.wait_for_load_state("networkidle")
    page.keyboard.press("B")
    expect(state).to_contain_text("Break")
