"""A billing call from its first second to a kept promise: found, verified, noted, handed over, called back."""

import re

import pytest
from playwright.sync_api import Page, expect

from openmember.cases import proof
from openmember.cases.testing import a_worker
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters.queries import list_letters
from openmember.payments.testing import a_bill, a_member, an_account
from tests.journeys.conftest import check_page, press
from tests.journeys.test_cases import act, enter_desk

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

DESKTOP = {"width": 1280, "height": 900}


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def account(transactional_db):
    member = a_member(
        first="José", last="Hernández", region="california", language="es", phone="510-555-0134",
        email="jose@example.org",
    )  # fmt: skip
    fetch_all(
        "UPDATE members_member SET postal_code = '94612' WHERE id = %(id)s", {"id": member.id}
    )
    account = an_account(holder=member)
    a_bill(account, 80_00, title="Visit on October 8")
    return account


def test_a_billing_call_is_handled_end_to_end(visit, account):
    rosa, leo = a_worker("billing"), a_worker("claims", first_name="Leo")
    desk, other = visit(DESKTOP), visit(DESKTOP)
    enter_desk(desk, rosa, "/desk/")
    find_by_palette(desk, "hose hernandes")
    verify(desk)
    number = open_case(desk)
    promise_a_call(desk)
    hand_over_warm(desk, number)
    end_contact(desk, number)
    (letter,) = list_letters(numbers=account.numbers)
    assert letter.facts["cases"] == [number]

    enter_desk(other, leo, "/desk/cases/today/")
    other.get_by_role("link", name=number).click()
    expect(other.get_by_text("Charged twice for October 8.").first).to_be_visible()
    expect(other.get_by_text("Verified", exact=True)).to_be_visible()
    act(other, "Take it over")
    press(other, "Take it over")
    keep_the_call(other)
    row = fetch_one("SELECT state, assignee_id FROM cases_callback")
    assert (row.state, row.assignee_id) == ("kept", leo.id)
    assert list(proof.list_differences()) == []


def find_by_palette(desk: Page, typed: str) -> None:
    expect(desk.get_by_role("heading", name="Find an account")).to_be_visible()
    desk.keyboard.press("Control+k")
    check_page(desk)
    desk.get_by_label("Type what to do").fill(typed)
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="1 found")).to_be_visible()
    desk.get_by_label("Why you look").select_option("caller")
    desk.get_by_role("button", name=re.compile("^Open")).click()
    expect(desk.get_by_text("Not verified: ask before")).to_be_visible()
    check_page(desk)


def verify(desk: Page) -> None:
    desk.get_by_role("link", name="Verify the contact").click()
    desk.get_by_label("Month", exact=True).fill("5")
    desk.get_by_label("Day", exact=True).fill("17")
    desk.get_by_label("Year", exact=True).fill("1970")
    desk.get_by_label("ZIP code").fill("94612")
    desk.get_by_label("phone number").fill("0134")
    press(desk, "Check the answers")
    expect(desk.get_by_role("heading", name="Verified")).to_be_visible()
    desk.get_by_role("link", name="Contact", exact=True).click()
    desk.get_by_label("Notes").fill("Charged twice for one visit")
    expect(desk.get_by_text("Kept at")).to_be_visible()


def open_case(desk: Page) -> str:
    desk.keyboard.press("Control+k")
    desk.get_by_label("Type what to do").fill("about a bill")
    desk.keyboard.press("Enter")
    desk.get_by_label("Which bill?").fill("The visit of October 8")
    desk.get_by_label("In the member’s words").fill("I was charged twice.")
    press(desk, "Open the case")
    said = desk.get_by_text("Tell the member its number:")
    expect(said).to_be_visible()
    return re.search(r"CA-\d\d-[0-9A-Z]+", said.inner_text())[0]


def promise_a_call(desk: Page) -> None:
    act(desk, "Promise a call")
    press(desk, "Promise it")
    expect(desk.get_by_text("Promised:")).to_be_visible()


def hand_over_warm(desk: Page, number: str) -> None:
    desk.get_by_role("link", name="Contact", exact=True).click()
    expect(desk.get_by_text("Tell them the case number:")).to_be_visible()
    check_page(desk)
    desk.get_by_role("link", name=f"Hand over {number}").click()
    act(desk, "Hand it over")
    desk.get_by_label("To the team").select_option("claims")
    desk.get_by_label("How", exact=True).select_option("warm")
    desk.get_by_label("Why there").fill("The claim was sent twice")
    desk.get_by_label("The story so far").fill("Charged twice for October 8.")
    press(desk, "Offer it")
    expect(desk.get_by_text("It is offered.")).to_be_visible()


def end_contact(desk: Page, number: str) -> None:
    desk.get_by_role("link", name="Contact", exact=True).click()
    act(desk, "End the contact")
    desk.get_by_label("How it ended").select_option("transferred")
    desk.get_by_text("Send the member a summary").click()
    desk.get_by_label("What was said, for the member").fill("Le cobramos dos veces. Lo corregimos.")
    press(desk, "End the contact")
    expect(desk.get_by_text("The summary is on its way.")).to_be_visible()
    check_page(desk)
    desk.get_by_role("link", name="Timeline").click()
    expect(desk.get_by_role("rowheader", name=re.compile(number))).to_be_visible()
    check_page(desk)


def keep_the_call(desk: Page) -> None:
    # The promised hour comes.
    fetch_all(
        "UPDATE cases_callback SET starts_at = now() - interval '5 minutes',"
        " ends_at = now() + interval '1 hour'"
    )
    act(desk, "Record a call")
    desk.get_by_label("How it went").select_option("reached")
    press(desk, "Record it")
    expect(desk.get_by_text("The call is recorded.")).to_be_visible()
