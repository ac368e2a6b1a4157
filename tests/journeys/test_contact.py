"""A visitor finds whom to call, by phone and on a wide screen, without JavaScript too."""

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import NARROW, PHONE, check_page, press, sign_in

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WIDE = {"width": 1280, "height": 900}


@pytest.mark.parametrize("viewport", [NARROW, PHONE, WIDE], ids=["narrow", "phone", "wide"])
def test_a_visitor_finds_the_right_line(visit, viewport):
    page = visit(viewport, java_script_enabled=viewport is not NARROW)
    page.goto("/contact/")
    page.get_by_label("What do you need?").fill("I was charged twice")
    page.get_by_label("Or your ZIP code").fill("30303")
    press(page, "Show whom to contact")

    expect(page.get_by_role("main").get_by_role("link", name="1-888-865-5813")).to_be_visible()
    expect(page.get_by_role("link", name="Pay your bills")).to_be_visible()
    if viewport is not NARROW:
        check_page(page)


def test_a_member_is_shown_the_line_of_their_region(visit, account):
    page = visit(PHONE)
    sign_in(page)
    page.goto("/contact/")

    expect(
        page.get_by_role("main").get_by_role("link", name="1-800-813-2000").first
    ).to_be_visible()


def test_an_emergency_is_answered_with_911_above_everything(visit, transactional_db):
    page = visit(PHONE)
    page.goto("/contact/")
    page.get_by_label("What do you need?").fill("chest pain since noon")
    press(page, "Show whom to contact")

    expect(page.get_by_role("link", name="Call 911")).to_be_visible()
    check_page(page)
