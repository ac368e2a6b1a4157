"""The board at the desk: who gets in, what it shows, what is behind it, and giving a call to somebody."""

import csv
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from openmember.cases.board.types import Plan
from openmember.cases.callbacks.queries import list_callbacks
from openmember.cases.duty.services import choose
from openmember.cases.duty.types import BreakKind, DutyState
from openmember.cases.testing import a_case, a_supervisor, a_worker
from openmember.desk.board.tables import lasting
from openmember.desk.tests.conftest import Desk
from openmember.desk.tests.reading import words
from openmember.kernel.sql import fetch_all
from openmember.members import models
from openmember.members.testing import a_member
from openmember.members.types import Role

FILES = (
    "queues", "presence", "people", "service-today", "service-weeks", "calls-today", "calls-weeks",
    "resolution", "days", "waits", "plan",
)  # fmt: skip
FIGURES = (
    "contacts", "waiting", "slow", "abandoned", "first", "returned", "repeats", "late", "soon",
    "calls-kept", "calls-broken", "calls-unreached", "calls-cancelled",
)  # fmt: skip


@pytest.fixture(autouse=True)
def without_second_factor(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


def desk_of_actor(client_of, actor) -> Desk:
    return Desk(client_of(models.User.objects.get(id=actor.id)))


@pytest.fixture
def desk(client_of, db) -> Desk:
    return desk_of_actor(client_of, a_supervisor("billing"))


def a_call(case, *, ends_in=timedelta(minutes=20), state="promised"):
    """Promise a call whose window began before now, as no form lets anybody."""
    ends = timezone.now() + ends_in
    return fetch_all(
        "INSERT INTO cases_callback (case_id, team, region, zone, phone, starts_at, ends_at, state,"
        " promised_at, promised_by) VALUES (%s, %s, %s, 'UTC', '+15105550134', %s, %s, %s, %s, 'test')"
        " RETURNING id",
        [case.id, case.team, case.region, ends - timedelta(hours=1), ends, state, ends - timedelta(hours=2)],
    )[0].id  # fmt: skip


def contacts_of_five_weeks(count=4):
    """Record contacts of the same hours on every day of five weeks, each answered after forty seconds."""
    fetch_all(
        "INSERT INTO cases_interaction (channel, team, region, outcome, arrived_at, answered_at, ended_at)"
        " SELECT 'phone', 'billing', 'california', 'answered', at, at + interval '40 s', at + interval '6 min'"
        " FROM generate_series(1, 35) AS days, generate_series(1, %(count)s) AS place,"
        " LATERAL (SELECT (date_trunc('day', now() AT TIME ZONE 'America/Los_Angeles')"
        " - days * interval '1 day'"
        " + interval '10 h' + place * interval '3 min') AT TIME ZONE 'America/Los_Angeles' AS at) AS moment",
        {"count": count},
    )


def a_new_case(**facts):
    return a_case(a_member(), category="bill_question", bill="October", now=timezone.now(), **facts)


@pytest.mark.parametrize("role", [Role.REPRESENTATIVE, Role.NURSE, Role.FINANCE])
def test_only_who_supervises_gets_in(desk_of, role):
    desk = desk_of(role)

    for page in ("board", "board_weeks", "board_plan"):
        assert desk.get(page).status_code == 403
    assert desk.get("board_file", "queues").status_code == 403
    assert desk.get("board_behind", "late").status_code == 403
    assert desk.get("board_call", 1).status_code == 403


def test_empty_pages_say_so(desk):
    assert "None within the next 4 working hours." in words(desk.get("board"))
    assert "Nobody has come in these weeks." in words(desk.get("board_weeks"))
    assert "Nothing to go by yet" in words(desk.get("board_plan"))
    for figure in FIGURES:
        assert "Nothing is behind this figure now." in words(desk.get("board_behind", figure)), (
            figure
        )


@pytest.mark.parametrize("figure", ["nothing", "cell", "opened", "settled"])
def test_a_figure_that_is_none_is_not_found(desk, figure):
    assert desk.get("board_behind", figure, weekday="9").status_code == 404
    assert desk.get("board_file", figure).status_code == 404


def test_a_call_about_to_break_is_given_to_somebody_and_both_hear_of_it(desk):
    leo = a_worker("billing", first_name="Leo")
    case = a_new_case()
    call = a_call(case)

    page = words(desk.get("board"))
    answer = desk.client.post(
        reverse("desk:board_call", args=[call]), {"person": leo.id}, follow=True
    )

    assert case.number in page
    assert f"Leo makes the call about {case.number}." in words(answer)
    assert list_callbacks(case=case)[0].assignee_id == leo.id
    logged = fetch_all(
        "SELECT kind FROM cases_event WHERE case_id = %s ORDER BY id DESC LIMIT 1", [case.id]
    )
    assert logged[0].kind == "callback_assigned"


def test_a_call_goes_to_people_of_its_team_and_region_only(desk):
    leo = a_worker("billing", first_name="Leo", regions=("hawaii",))
    case = a_new_case()
    call = a_call(case)

    page = words(desk.get("board_call", call))
    answer = desk.client.post(reverse("desk:board_call", args=[call]), {"person": leo.id})

    assert "Leo" not in page
    assert answer.status_code == 422
    assert list_callbacks(case=case)[0].assignee_id is None


def test_who_supervises_other_regions_does_not_see_a_call(client_of, db):
    desk = desk_of_actor(client_of, a_worker("billing", role=Role.SUPERVISOR, regions=("hawaii",)))
    case = a_new_case()
    call = a_call(case)

    assert case.number not in words(desk.get("board"))
    assert desk.get("board_call", call).status_code == 404
    assert desk.get("board", region="california").status_code == 403


def test_who_is_in_which_state_is_shown_to_whose_work_it_is(desk, client_of):
    now = timezone.now()
    ines = a_worker("billing", "claims", first_name="Ines")
    choose(state=DutyState.AVAILABLE, now=now - timedelta(minutes=12), actor=ines)
    choose(
        state=DutyState.BREAK, break_kind=BreakKind.MEAL, now=now,
        actor=a_worker("billing", first_name="Omar", regions=("hawaii",)),
    )  # fmt: skip
    hawaii = desk_of_actor(
        client_of, a_worker("billing", role=Role.SUPERVISOR, regions=("hawaii",))
    )
    california = desk_of_actor(
        client_of, a_worker("billing", role=Role.SUPERVISOR, regions=("california",))
    )

    page = words(desk.get("board", team="billing"))

    assert "Ines" in page
    assert "12:0" in page
    assert "Meal" in page
    assert "Omar" in words(hawaii.get("board"))
    assert "Omar" not in words(california.get("board"))
    rows = list(csv.reader(desk.get("board_file", "presence").content.decode().splitlines()))
    assert rows[1:] == [["Billing", "1", "0", "0", "1"], ["Claims", "1", "0", "0", "0"]]


def test_the_weeks_and_the_plan_show_what_was_measured(desk):
    contacts_of_five_weeks()

    weeks, plan = desk.get("board_weeks"), desk.get("board_plan", team="billing")

    assert "0:40" in words(weeks)
    cell = next(cell for row in weeks.context["waits"].rows for cell in row if cell.url)
    assert "0:40" in words(desk.client.get(cell.url))
    found: Plan = plan.context["plan"]
    assert found.calls == 4
    assert found.handling_seconds == 320
    assert found.backtest.half_hour_error == 0
    assert "off by 0% by half hour" in words(plan)


@pytest.mark.parametrize("figure", FILES)
def test_each_figure_is_a_file_with_what_its_table_holds(desk, figure):
    contacts_of_five_weeks(1)
    a_new_case()
    choose(state=DutyState.AVAILABLE, now=timezone.now(), actor=a_worker("billing"))

    answer = desk.get("board_file", figure)

    rows = list(csv.reader(answer.content.decode().splitlines()))
    assert answer["Content-Type"].startswith("text/csv")
    assert len({len(row) for row in rows}) == 1
    assert len(rows) > 1 or figure in {"calls-today", "calls-weeks", "service-today", "resolution"}
    taken = fetch_all("SELECT detail FROM kernel_audit_entry WHERE action = 'board.export'")
    assert figure in str(taken[-1].detail)


def test_what_is_behind_cases_by_day_leads_to_the_cases(desk):
    case = a_new_case()

    page = desk.get("board_behind", "opened", day=str(timezone.localdate()))

    assert case.number in words(page)


def test_it_refreshes_by_itself_until_it_is_stopped(desk):
    assert 'hx-trigger="every 30s"' in desk.get("board").content.decode()
    assert 'hx-trigger="every 30s"' not in desk.get("board", refresh="off").content.decode()


@pytest.mark.parametrize(("page", "most"), [("board", 16), ("board_weeks", 13), ("board_plan", 8)])
def test_pages_stay_within_their_statements(desk, django_assert_max_num_queries, page, most):
    contacts_of_five_weeks()
    for _ in range(6):
        a_call(a_new_case())

    with django_assert_max_num_queries(most):
        assert desk.get(page).status_code == 200


@pytest.mark.parametrize(
    ("seconds", "said"), [(5, "0:05"), (3599, "59:59"), (3600, "1 h 0 min"), (180_000, "2 d 2 h")]
)
def test_a_length_of_time_is_read_at_a_glance(seconds, said):
    assert lasting(seconds) == said
