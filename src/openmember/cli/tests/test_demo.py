"""What the demo shows: nothing of the board is empty, and disputes are in every state."""

import pytest
from django.utils import timezone

from openmember.cases.board import figures, rolling
from openmember.cases.board.reach import days_back, reach_of
from openmember.cases.duty.queries import list_on_duty
from openmember.cases.testing import a_supervisor, a_worker
from openmember.cli.demo.coming import show_coming
from openmember.cli.demo.disputes import show_disputes
from openmember.cli.demo.weeks import show_weeks
from openmember.grievances.types import Matter
from openmember.kernel.sql import fetch_all
from openmember.members.types import Role
from openmember.payments.testing import a_member

ROLES = (Role.REPRESENTATIVE, Role.BILLING, Role.PHARMACIST, Role.SUPERVISOR)


@pytest.mark.django_db
def test_no_part_of_the_board_is_empty():
    now, vera = timezone.now(), a_supervisor("billing")
    staff = {role.value: a_worker("billing", "pharmacy", role=role).id for role in ROLES}

    show_weeks(
        members=[a_member(region="california").id for _ in range(12)], staff=staff, seed=1, now=now
    )

    reach = reach_of(actor=vera)
    weeks = days_back(reach, now=now, days=28)
    service = figures.list_service(reach=reach, stretch=weeks, now=now)
    kept = figures.list_kept(reach=reach, stretch=weeks)
    here = list_on_duty(teams=reach.teams, regions=reach.regions, since=now, now=now, actor=vera)
    assert sum(one.answered for one in service) >= 40
    assert sum(one.abandoned for one in service) > 0
    assert min(sum(one.kept for one in kept), sum(one.broken for one in kept)) > 0
    assert sum(one.waiting for one in figures.list_queues(reach=reach, now=now)) == 2
    assert len(here) == 3
    assert figures.waits_of(figures.list_half_hours(reach=reach, stretch=weeks, now=now))
    assert rolling.list_uneven() == ()


@pytest.mark.django_db
def test_disputes_are_in_every_state_a_page_shows():
    now = timezone.now()
    staff = {"appeals": a_worker("grievances", role=Role.APPEALS).id}
    members = [a_member(region="california").id for _ in range(11)]

    show_disputes(members=members, staff=staff, now=now)

    found = fetch_all("SELECT matter, outcome, is_open FROM grievances_dispute")
    assert {row.matter for row in found} == {matter.value for matter in Matter} - {"determination"}
    assert {row.outcome for row in found} == {"", "upheld", "overturned", "answered"}
    assert {row.is_open for row in found} == {True, False}


@pytest.mark.django_db
def test_people_come_to_the_office_ask_for_interpreters_and_apply():
    staff = {
        "representative": a_worker("member_services").id,
        "cashier": a_worker(role=Role.CASHIER).id,
    }
    members = [a_member(region="california").id for _ in range(8)]

    show_coming(members=members, staff=staff, now=timezone.now())

    tickets = fetch_all("SELECT state, count(*) AS n FROM cases_walkin GROUP BY state")
    assert {row.state: row.n for row in tickets} == {"served": 2, "missed": 1, "waiting": 4}
    asked = fetch_all("SELECT state FROM cases_interpreter")
    assert {row.state for row in asked} == {"asked", "assigned"}
    kept = fetch_all("SELECT status, identity_way, reading_format FROM registrations_registration")
    assert [row.status for row in kept].count("returned") == 2
    assert {row.identity_way for row in kept} == {"", "script"}
    assert {"braille", "large_print"} <= {row.reading_format for row in kept}
