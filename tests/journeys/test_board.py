"""A supervisor finds a promised call about to break on the board, and saves it by giving it to somebody."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from openmember.cases.testing import a_case, a_supervisor, a_worker
from openmember.kernel.sql import fetch_all
from openmember.members import models
from openmember.payments.testing import PASSWORD, a_member
from tests.journeys.conftest import NARROW, check_page, press

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


def a_call_about_to_break(case) -> None:
    now = timezone.now()
    fetch_all(
        "INSERT INTO cases_callback (case_id, team, region, zone, phone, starts_at, ends_at, promised_at,"
        " promised_by) VALUES (%s, %s, %s, 'UTC', '+15105550134', %s, %s, %s, 'test')",
        [
            case.id, case.team, case.region, now - timedelta(hours=1), now + timedelta(minutes=20),
            now - timedelta(hours=2),
        ],
    )  # fmt: skip


def calls_of_five_weeks() -> None:
    """Record calls at ten in the morning, each day of five weeks, who waited one minute or two."""
    fetch_all(
        "INSERT INTO cases_interaction (channel, team, region, outcome, arrived_at, answered_at, ended_at)"
        " SELECT 'phone', 'billing', 'california', 'answered', at, at + place * interval '20 s',"
        " at + interval '8 min' FROM generate_series(1, 35) AS days, generate_series(1, 6) AS place,"
        " LATERAL (SELECT (date_trunc('day', now() AT TIME ZONE 'America/Los_Angeles')"
        " - days * interval '1 day'"
        " + interval '9 h' + place * interval '17 min') AT TIME ZONE 'America/Los_Angeles' AS at) AS moment"
    )


def test_a_call_about_to_break_is_found_and_saved(visit, transactional_db):
    vera, leo = a_supervisor("billing"), a_worker("billing", first_name="Leo")
    case = a_case(
        a_member(), category="bill_question", bill="October", now=timezone.now() - timedelta(days=9)
    )
    a_call_about_to_break(case)
    calls_of_five_weeks()
    board, small, desk = visit(DESKTOP), visit(NARROW), visit(DESKTOP)

    enter(board, vera, "/desk/board/")
    check_page(board)
    board.get_by_role("link", name=f"Assign {case.number}").click()
    check_page(board)
    board.get_by_text("Leo (").click()
    press(board, "Give them the call")
    expect(board.get_by_text(f"Leo makes the call about {case.number}.")).to_be_visible()

    enter(desk, leo, f"/desk/cases/{case.number}/")
    desk.get_by_role("main").locator("summary", has_text="Record a call").click()
    desk.get_by_label("How it went").select_option("reached")
    press(desk, "Record it")
    expect(desk.get_by_text("The call is recorded.")).to_be_visible()

    board.reload()
    expect(board.get_by_text("None within the next 4 working hours.")).to_be_visible()
    board.get_by_role("main").get_by_role("link", name="The last weeks").click()
    check_page(board)
    board.get_by_role("region").get_by_role("link").first.click()
    expect(board.get_by_role("heading", name="Contacts answered")).to_be_visible()
    check_page(board)
    enter(small, vera, "/desk/board/plan/")
    expect(small.get_by_role("heading", name="What this rests on")).to_be_visible()
    check_page(small)
    small.goto("/desk/board/weeks/")
    check_page(small)
