"""A member asks with documents and follows the answer; the desk works it; two people edit one case."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from openmember.cases import proof
from openmember.cases.testing import a_worker
from openmember.documents.testing import PDF
from openmember.members import models
from openmember.payments.testing import PASSWORD, a_member, a_user, an_account
from tests.journeys.conftest import NARROW, PHONE, check_page, press, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

DESKTOP = {"width": 1280, "height": 900}
Look = Callable[[Page], None]


@pytest.fixture(autouse=True)
def documents_folder(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def ana(transactional_db):
    member = a_member(region="california", phone="510-555-0134", language="en")
    a_user(member=member, email="ana@example.org")
    an_account(holder=member)
    return member


def email_of(actor) -> str:
    return models.User.objects.get(id=actor.id).email


def enter_desk(page: Page, actor, address: str = "/desk/cases/") -> None:
    page.goto(address)
    page.locator("[name=login]").fill(email_of(actor))
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/desk/**")


def ask(page: Page, look: Look) -> str:
    """Ask about a bill with three documents and return the number it got."""
    sign_in(page)
    page.goto("/questions/")
    look(page)
    page.get_by_role("link", name="Ask a new question").click()
    look(page)
    page.get_by_role("link", name="A question about a bill").click()
    press(page, "Send the question")
    look(page)
    page.get_by_label("Which bill?").fill("The visit of October 8")
    page.get_by_label("Tell us more").fill("I was charged twice for one visit.")
    page.get_by_label("Documents, if you have any").set_input_files(
        [
            {
                "name": f"page-{n}.pdf",
                "mimeType": "application/pdf",
                "buffer": PDF + b"%d\n%%%%EOF" % n,
            }
            for n in range(3)
        ]
    )
    press(page, "Send the question")
    expect(page.get_by_text("We have your question. Its number is")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("page-"))).to_have_count(3)
    look(page)
    return re.search(r"CA-\d\d-[0-9A-Z]+", page.get_by_role("main").inner_text())[0]


def act(page: Page, title: str) -> None:
    """Unfold an act."""
    page.get_by_role("main").locator("summary", has_text=re.compile(f"^{title}$")).click()


@pytest.mark.parametrize("size", [PHONE, NARROW])
def test_a_question_is_asked_worked_answered_and_rated(visit, ana, size):
    worker = a_worker("billing")
    page, desk = visit(size), visit(DESKTOP)
    look = check_page if size is NARROW else lambda page: None

    number = ask(page, look)
    enter_desk(desk, worker)
    check_page(desk)
    press(desk, "Take the next case")
    expect(desk.get_by_text("I was charged twice for one visit.")).to_be_visible()
    check_page(desk)
    act(desk, "Move it or answer it")
    desk.get_by_label("Move to").select_option("waiting_on_member")
    desk.get_by_label("What you need from the member").fill("Please send the receipt.")
    press(desk, "Move it")
    expect(desk.get_by_text("The case is moved.")).to_be_visible()

    page.reload()
    expect(page.get_by_text("Please send the receipt.").first).to_be_visible()
    look(page)
    page.get_by_label("Write to us about this").fill("Here it is.")
    press(page, "Send")
    expect(page.get_by_text("We have it. Thank you.")).to_be_visible()

    desk.goto("/desk/cases/today/")
    expect(desk.get_by_role("rowheader", name="The member wrote")).to_be_visible()
    check_page(desk)
    desk.get_by_role("link", name=number).click()
    for item in desk.locator(".desk-tick").all_inner_texts():
        press(desk, item.strip().removeprefix("☐").strip())
    act(desk, "Move it or answer it")
    desk.get_by_label("Move to").select_option("resolved")
    desk.get_by_label("Answer for the member").fill("You were charged twice. We took $40 off.")
    press(desk, "Move it")
    expect(desk.get_by_text("Resolved").first).to_be_visible()
    check_page(desk)

    page.reload()
    expect(page.get_by_text("You were charged twice. We took $40 off.")).to_be_visible()
    look(page)
    page.get_by_text("Very well").click()
    press(page, "Tell us")
    expect(page.get_by_text("Thank you for telling us.")).to_be_visible()
    page.goto("/questions/")
    look(page)
    assert list(proof.list_differences()) == []


def test_two_people_on_one_case_see_each_other_and_lose_nothing(visit, ana):
    rosa, leo = a_worker("billing"), a_worker("billing", first_name="Leo")
    number = ask(visit(PHONE), lambda page: None)
    first, second = visit(DESKTOP), visit(DESKTOP)
    enter_desk(first, rosa, f"/desk/cases/{number}/")
    enter_desk(second, leo, f"/desk/cases/{number}/")
    expect(second.get_by_text("Rosa has this open too.")).to_be_visible()

    first.get_by_label("Note", exact=True).fill("Rosa began this note")
    expect(first.get_by_text("Draft kept at")).to_be_visible()
    second.get_by_label("Note", exact=True).fill("Leo wrote this one")
    press(second, "Keep the note")
    expect(second.get_by_text("Rosa is writing here.")).to_be_visible()
    act(second, "Correct the facts")
    act(first, "Correct the facts")
    second.get_by_label("The amount, in dollars").fill("40")
    press(second, "Keep the facts")
    first.get_by_label("The amount, in dollars").fill("50")
    press(first, "Keep the facts")

    expect(first.get_by_text("Somebody else changed this meanwhile.").first).to_be_visible()
    expect(first.get_by_label("The amount, in dollars")).to_have_value("50")
    first.reload()
    expect(first.get_by_label("Note", exact=True)).to_have_value("Rosa began this note")
    expect(first.get_by_text("Leo wrote this one")).to_be_visible()


def test_a_case_is_handed_over_with_its_story_and_a_call_is_promised_and_kept(visit, ana):
    rosa, leo = a_worker("billing"), a_worker("claims", first_name="Leo")
    number = ask(visit(PHONE), lambda page: None)
    first, second = visit(DESKTOP), visit(DESKTOP)
    enter_desk(first, rosa, f"/desk/cases/{number}/")
    press(first, "Take it")
    act(first, "Hand it over")
    first.get_by_label("To the team").select_option("claims")
    first.get_by_label("Why there").fill("The claim was sent twice")
    first.get_by_label("The story so far").fill("Charged twice for October 8.")
    press(first, "Offer it")
    expect(first.get_by_text("It is offered.")).to_be_visible()

    enter_desk(second, leo, "/desk/cases/today/")
    second.get_by_role("link", name=number).click()
    expect(second.get_by_text("Charged twice for October 8.").first).to_be_visible()
    check_page(second)
    act(second, "Take it over")
    press(second, "Take it over")
    expect(second.get_by_text("It is yours.")).to_be_visible()
    act(second, "Promise a call")
    press(second, "Promise it")
    expect(second.get_by_text("Promised:")).to_be_visible()
    act(second, "Record a call")
    second.get_by_label("How it went").select_option("no_answer")
    press(second, "Record it")
    expect(second.get_by_text("The call is recorded.")).to_be_visible()
    check_page(second)
    assert list(proof.list_differences()) == []
