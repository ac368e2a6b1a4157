"""A walk-in: a number from the kiosk, the screen in the room, called, and served at the desk as a contact."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from openmember.cases.duty.services import choose
from openmember.cases.duty.types import DutyState
from openmember.cases.testing import a_worker
from openmember.cases.walkins import services
from openmember.cases.walkins.types import NewWalkin
from openmember.members.types import system
from openmember.payments.testing import a_member, an_account
from tests.journeys.conftest import NARROW, PHONE, check_page, press
from tests.journeys.test_cases import enter_desk

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def test_a_walk_in_takes_a_number_is_called_and_served(visit, transactional_db):
    an_account(holder=a_member(first="Ana", last="Ruiz", region="california"))
    rosa, leo = a_worker("member_services"), a_worker("member_services", first_name="Leo")
    # Somebody is there: the kiosk gives numbers whatever the hour is.
    choose(state=DutyState.AVAILABLE, now=timezone.now(), actor=rosa)
    kiosk, desk, wall = visit(NARROW), visit(DESKTOP), visit(DESKTOP)
    make_kiosk(kiosk, leo)
    services.check_in(
        new=NewWalkin("oakland", "es", "claims"), now=timezone.now(), actor=system("kiosk")
    )
    number = take_number(kiosk)
    enter_desk(desk, rosa, "/desk/walk-ins/")
    call(desk, number)
    look_at_wall(wall, number)
    serve(desk)


def make_kiosk(page: Page, actor) -> None:
    enter_desk(page, actor, "/desk/walk-ins/")
    # By key: the bar of who is there comes a moment later, and moves what is below it from under a finger.
    page.locator("summary", has_text="Whose turn it is, the screen and the kiosk").press("Enter")
    press(page, "Make this device the kiosk")
    expect(page.get_by_role("button", name="Español")).to_be_visible()
    check_page(page)


def take_number(page: Page) -> str:
    page.clock.install()
    page.get_by_role("button", name="English").click()
    check_page(page)
    page.get_by_label("What do you come for").fill("I have crushing chest pain right now")
    walk_off(page)
    page.get_by_role("button", name="English").click()
    page.get_by_label("What do you come for").fill("I have crushing chest pain right now")
    press(page, "Take a number")
    expect(page.get_by_role("alert").get_by_text("Tell anybody who works here")).to_be_visible()
    check_page(page)
    page.get_by_label("What do you come for").fill("I was charged twice on my bill")
    page.get_by_label("Your name, or your bill pay number").fill("Ana Ruiz 5/17/1970")
    press(page, "Take a number")
    expect(page.get_by_text("1 number is before you.")).to_be_visible()
    check_page(page)
    assert "Ruiz" not in page.content() + page.url
    return re.search(r"[A-Z] \d\d\d", page.get_by_role("heading").inner_text())[0]


def walk_off(page: Page) -> None:
    """Let somebody who typed go away: asked once, the page stays; asked again, it forgets."""
    still_there = page.get_by_role("dialog", name="Are you still there?")
    page.clock.fast_forward("01:01")
    expect(still_there).to_be_visible()
    page.get_by_role("button", name="I am still here").click()
    expect(still_there).to_be_hidden()
    page.clock.fast_forward("01:01")
    expect(still_there).to_be_visible()
    page.clock.fast_forward("00:31")
    expect(page.get_by_role("button", name="Español")).to_be_visible()
    # What was typed is not a step back away either.
    page.go_back()
    expect(page.get_by_role("button", name="Español")).to_be_visible()


def call(desk: Page, number: str) -> None:
    expect(desk.get_by_text("Go to them now; call 911.")).to_be_visible()
    check_page(desk)
    press(desk, "I have looked")
    desk.get_by_label("You sit at desk").select_option("2")
    press(desk, "Sit there")
    press(desk, "Call the next")
    # The Spanish ticket is older, and for somebody who speaks Spanish.
    expect(desk.get_by_role("heading", name=f"You call {number} to desk 2")).to_be_visible()
    check_page(desk)


def look_at_wall(wall: Page, number: str) -> None:
    wall.goto("/walk-in/screen/oakland/")
    expect(wall.get_by_role("listitem").filter(has_text=number)).to_contain_text("2")
    check_page(wall)
    wall.set_viewport_size(PHONE)
    check_page(wall)
    assert "Ruiz" not in wall.content()


def serve(desk: Page) -> None:
    press(desk, "They are here")
    expect(desk.get_by_text("Nobody is named yet.")).to_be_visible()
    check_page(desk)
    desk.get_by_role("main").get_by_role("button", name="Find").click()
    desk.get_by_label("Why you look").select_option("in_person")
    desk.get_by_role("button", name=re.compile("^Open")).click()
    expect(desk.get_by_text("Not verified: ask before")).to_be_visible()
    expect(desk.get_by_text("In person").first).to_be_visible()
    ask_for_interpreter(desk)


def ask_for_interpreter(desk: Page) -> None:
    desk.get_by_text("Ask for an interpreter").first.click()
    desk.locator("#id_ask_language").select_option("ase")
    desk.locator("#id_ask_mode").select_option("video")
    press(desk, "Ask for an interpreter")
    expect(desk.get_by_text("The interpreter is asked for.")).to_be_visible()
    desk.get_by_role("link", name="Interpreters", exact=True).first.click()
    desk.get_by_text("What became of it").click()
    desk.get_by_label("Agency, or our own people").fill("Our own people")
    check_page(desk)
    press(desk, "Assign")
    expect(desk.get_by_text("Assigned: Our own people")).to_be_visible()
