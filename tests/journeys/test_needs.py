"""Needs: a member says them once; the desk sees them, and asks for an interpreter at a visit by them."""

import re

import pytest
from playwright.sync_api import Page, expect

from openmember.cases.testing import a_worker
from openmember.payments.testing import a_member, a_user, an_account
from tests.journeys.conftest import NARROW, check_page, press, sign_in
from tests.journeys.test_cases import enter_desk

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def test_what_a_member_needs_is_said_once_and_honoured(visit, transactional_db):
    ana = a_member(first="Ana", last="Ruiz", region="california")
    an_account(holder=ana)
    a_user(member=ana, email="ana@example.org")
    phone, desk = visit(NARROW), visit(DESKTOP)
    say(phone)
    enter_desk(desk, a_worker("member_services"), "/desk/")
    see(desk)
    ask(desk)


def say(page: Page) -> None:
    sign_in(page)
    page.goto("/account/needs/")
    page.locator("[name=interpreter_language]").select_option("ase")
    page.locator("[name=interpreter_mode]").select_option("phone")
    press(page, "Keep it")
    expect(page.get_by_text("in person or by video").first).to_be_visible()
    check_page(page)
    page.locator("[name=interpreter_mode]").select_option("in_person")
    page.get_by_text("A listening device").click()
    press(page, "Keep it")
    expect(page.get_by_text("You need not say it again.")).to_be_visible()


def see(desk: Page) -> None:
    search = (
        desk.get_by_role("main")
        .get_by_role("searchbox")
        .or_(desk.get_by_role("main").locator("[name=text]"))
    )
    search.first.fill("Ana Ruiz 5/17/1970")
    search.first.press("Enter")
    desk.get_by_label("Why you look").select_option("in_person")
    desk.get_by_role("button", name=re.compile("^Open")).click()
    expect(desk.get_by_text("A listening device").first).to_be_visible()
    desk.goto("/desk/account/needs/")
    check_page(desk)


def ask(desk: Page) -> None:
    desk.goto("/desk/account/interpreters/")
    expect(desk.get_by_text("Ana Ruiz: Interpreter: American Sign Language")).to_be_visible()
    for part, value in (("Month", "3"), ("Day", "4"), ("Year", "2099")):
        desk.get_by_role("main").get_by_label(part, exact=True).fill(value)
    desk.get_by_label("Time, in the member’s zone").fill("09:30")
    desk.get_by_label("Place").fill("Oakland, room 4")
    press(desk, "Ask for an interpreter")
    expect(desk.get_by_text("The interpreter is asked for.")).to_be_visible()
    check_page(desk)
    desk.goto("/desk/account/timeline/?kind=interpreter")
    expect(desk.get_by_role("link", name="American Sign Language, In person")).to_be_visible()
