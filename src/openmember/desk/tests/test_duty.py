"""Presence at the desk, and the next piece of work by one key."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from openmember.cases.duty.queries import find_duty
from openmember.cases.duty.types import BreakKind, DutyState
from openmember.cases.interactions.queries import get_interaction
from openmember.cases.interactions.services import contacts
from openmember.cases.interactions.types import NewInteraction
from openmember.cases.policy import get_policy
from openmember.cases.testing import a_case, a_worker
from openmember.cases.types import Channel
from openmember.desk.tests.conftest import Desk
from openmember.desk.tests.reading import words
from openmember.directory import testing
from openmember.kernel.sql import fetch_all
from openmember.members import models
from openmember.members.testing import TESTER
from openmember.members.types import Role
from openmember.payments.testing import a_member, an_account
from openmember.phone.simulator.carrier import Carrier


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def rep(db):
    return a_worker("billing", "member_services")


@pytest.fixture
def desk(client_of, rep) -> Desk:
    return Desk(client_of(models.User.objects.get(id=rep.id)))


def say(desk, state, **headers):
    return desk.client.post(reverse("desk:duty_say"), {"state": state}, follow=True, **headers)


def pull(desk):
    return desk.client.post(reverse("desk:next"), follow=True)


def a_caller(**facts):
    new = NewInteraction(channel=Channel.PHONE, team="billing", region="california", **facts)
    return contacts.begin(new=new, now=timezone.now(), actor=TESTER)


def test_presence_is_said_on_a_page_and_in_the_bar(desk, rep):
    page = say(desk, "available")
    part = say(desk, "break:meal", HTTP_HX_REQUEST="true")

    assert "Presence: Available" in words(page)
    assert "Meal" in words(part)
    assert "<html" not in part.content.decode()
    found = find_duty(user_id=rep.id)
    assert (found.state, found.break_kind) == (DutyState.BREAK, BreakKind.MEAL)
    assert 'data-keys="N"' in desk.get("duty_bar").content.decode()


@pytest.mark.parametrize("state", ["in_contact", "asleep", "", "break"])
def test_what_cannot_be_said_changes_nothing(desk, rep, state):
    assert say(desk, state).status_code == 200

    assert find_duty(user_id=rep.id).state is DutyState.AWAY


def test_the_bar_keeps_somebody_there(desk, rep):
    say(desk, "available")
    fetch_all("UPDATE cases_duty SET seen_at = now() - interval '1 hour'")

    desk.get("duty_bar")

    seen = fetch_all("SELECT seen_at FROM cases_duty")[0].seen_at
    assert timezone.now() - seen < timedelta(minutes=1)


def test_who_answers_no_members_has_no_presence(desk_of):
    desk = desk_of(Role.FINANCE)

    assert desk.get("duty").status_code == 403
    assert 'id="duty"' not in desk.get("find").content.decode()


def test_next_leads_to_the_person_then_the_case(desk, rep):
    waiting, case = a_caller(), a_case()

    contact = pull(desk)
    refused = pull(desk)
    desk.client.post(reverse("desk:contact_end", args=[waiting.id]), {"outcome": "answered"})
    piece = pull(desk)
    nothing = pull(desk)

    assert contact.redirect_chain[-1][0] == reverse("desk:contact_of", args=[waiting.id])
    assert get_interaction(interaction_id=waiting.id, actor=rep).user_id == rep.id
    assert "You are in a contact. End it first." in words(refused)
    assert piece.redirect_chain[-1][0] == reverse("desk:case", args=[case.number])
    assert "Nothing waits for you now." in words(nothing)


def test_next_leads_to_a_call_that_is_promised(desk):
    case = a_case()
    fetch_all(
        "INSERT INTO cases_callback (case_id, team, region, zone, phone, starts_at, ends_at, promised_at,"
        " promised_by) VALUES (%s, 'member_services', 'california', 'UTC', '+15105550134', now()"
        " - interval '1 minute', now() + interval '1 hour', now(), 'test')",
        [case.id],
    )

    page = pull(desk)

    assert page.redirect_chain[-1][0] == reverse("desk:case", args=[case.number])
    assert "You promised this member a call" in words(page)


def test_next_takes_a_caller_of_the_line_with_what_they_did(desk, settings, tmp_path):
    account = an_account(holder=a_member())
    fetch_all("DELETE FROM kernel_throttle")
    with testing.people_answer(settings, tmp_path):
        known, unknown = Carrier(), Carrier()
        known.call()
        for key in ("1", "1", f"{account.number}#", "0"):
            known.press(key)
        unknown.call()
        for key in ("3", "0"):
            unknown.press(key)

        page = pull(desk)

    assert "Ask who this is" in words(page)
    assert "Go to the account" in words(page)
    (contact,) = fetch_all("SELECT account_number, answered_at FROM cases_interaction")
    assert contact.account_number == account.number
    assert contact.answered_at


@pytest.fixture
def closed_now(settings, tmp_path):
    """Have every team work the day after tomorrow only."""
    days = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    day = days[(timezone.now() + timedelta(days=2)).weekday()]
    written = Path(settings.CASE_POLICY_FILE).read_text(encoding="utf-8")
    policy = tmp_path / "policy.toml"
    policy.write_text(
        re.sub(r"days = \[.*\]", f'days = ["{day}"]', written).replace("true", "false"), "utf-8"
    )
    settings.CASE_POLICY_FILE = policy
    get_policy.cache_clear()
    yield
    get_policy.cache_clear()


def test_what_waits_and_what_is_closed_is_told(desk, closed_now):
    a_caller()

    page = words(desk.get("duty"))

    assert "People who wait</dt><dd><strong>1</strong>" in page
    assert "Billing is closed." in page
    assert "promised a call in its hours" in page


def test_the_pages_stay_within_their_statements(desk, django_assert_max_num_queries):
    for _ in range(4):
        a_caller()
        a_case()
    with django_assert_max_num_queries(8):
        desk.get("duty")
    with django_assert_max_num_queries(5):
        desk.get("duty_bar")
