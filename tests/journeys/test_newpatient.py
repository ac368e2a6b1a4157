"""A new patient applies on the web; the desk looks at who is like them, and registers them."""

import pytest
from playwright.sync_api import Page, expect

from openmember.cases.testing import a_worker
from openmember.members import models
from openmember.payments.testing import a_member
from tests.journeys.conftest import NARROW, check_page, press
from tests.journeys.test_cases import enter_desk

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def test_a_new_patient_applies_and_is_registered(visit, transactional_db):
    like = a_member(first="Mei", last="Tran")
    web, desk = visit(NARROW), visit(DESKTOP)
    reference = apply(web)
    enter_desk(desk, a_worker("registration"), "/desk/registrations/")
    register(desk, reference)
    made = models.Member.objects.exclude(id=like.id).get()
    expect(desk.get_by_text(made.mrn)).to_be_visible()
    assert (made.last_name, made.language) == ("Tran", "en")


def apply(page: Page) -> str:
    page.goto("/new-patient/")
    check_page(page)
    page.get_by_role("link", name="Start the application").click()
    fill(page)
    press(page, "Send the application")
    expect(page.get_by_text("Give a phone number or an email address").first).to_be_visible()
    check_page(page)
    page.get_by_label("Phone").fill("510-555-0170")
    press(page, "Send the application")
    expect(page.get_by_role("heading", name="We have your application")).to_be_visible()
    check_page(page)
    return page.locator("main .om-number__digits").inner_text()


def fill(page: Page) -> None:
    page.get_by_label("First name").fill("Mei")
    page.get_by_label("Last name").fill("Tran")
    # The member like them is born that day.
    for part, value in (("Month", "5"), ("Day", "17"), ("Year", "1970")):
        page.get_by_label(part, exact=True).fill(value)
    page.get_by_label("Street address").fill("1 Elm St")
    page.get_by_label("City").fill("Oakland")
    page.get_by_label("ZIP code", exact=True).fill("94612")
    page.get_by_text("No coverage").click()


def register(desk: Page, reference: str) -> None:
    check_page(desk)
    desk.get_by_role("link", name=reference).click()
    expect(desk.get_by_text("same name, same date of birth")).to_be_visible()
    check_page(desk)
    desk.get_by_label("Why it is another person").fill("A cousin of the same name")
    press(desk, "Another person")
    expect(desk.get_by_text("It is noted that they are two people.")).to_be_visible()
    desk.locator("#act-identity summary").click()
    desk.get_by_text("Passport").click()
    press(desk, "Note what shows who they are")
    expect(desk.get_by_text("It is noted who they are.")).to_be_visible()
    check_page(desk)
    press(desk, "Register them")
    expect(desk.get_by_text("They are registered")).to_be_visible()
