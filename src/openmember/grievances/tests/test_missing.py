"""What is done after a date, before anybody looked at the clocks: the miss and the law's course come first."""

from datetime import UTC, datetime, timedelta

import pytest

from openmember.cases.testing import a_worker
from openmember.cases.types import Channel
from openmember.grievances.jobs import watch_clocks
from openmember.grievances.queries import get_dispute
from openmember.grievances.services import log, working
from openmember.grievances.services.filing import file_dispute
from openmember.grievances.testing import clock
from openmember.grievances.types import (
    BadCourse,
    Care,
    Kind,
    Law,
    Matter,
    NewDispute,
    Outcome,
    Step,
    Track,
)
from openmember.kernel.sql import fetch_one
from openmember.members.testing import a_member

pytestmark = pytest.mark.django_db
RECEIVED = datetime(2026, 10, 5, 17, tzinfo=UTC)
HOUR = timedelta(hours=1)


def filed(law, matter=Matter.APPEAL):
    new = NewDispute(
        track=Track(matter, law, "CA", Care.PRE_SERVICE), member_id=a_member().id,
        account_number=None, need="The scan was refused.",
    )  # fmt: skip
    return file_dispute(
        new=new,
        channel=Channel.PHONE,
        received_at=RECEIVED,
        now=RECEIVED,
        actor=a_worker("grievances"),
    )


def kept(dispute, step=Step.DECIDE):
    return fetch_one(
        "SELECT due_at, met_at, missed_at FROM grievances_clock WHERE dispute_id = %(id)s AND step = %(step)s",
        {"id": dispute.id, "step": step.value},
    )


def alarms(dispute):
    return fetch_one(
        "SELECT count(*) AS n FROM cases_alarm a JOIN grievances_dispute d ON d.case_id = a.case_id"
        " WHERE d.id = %(id)s AND a.kind = 'clock_late'",
        {"id": dispute.id},
    ).n


def answered(dispute, now):
    return working.decide(
        dispute=dispute, outcome=Outcome.ANSWERED, reason="We spoke with the clinic.",
        notice_on=now.date(), now=now, actor=a_worker("grievances"),
    )  # fmt: skip


def test_an_answer_after_its_date_is_alarmed_though_nobody_looked_between():
    dispute = filed(Law.MEDICARE_ADVANTAGE, Matter.GRIEVANCE)
    late = kept(dispute).due_at + HOUR

    answered(dispute, late)

    assert (kept(dispute).met_at, kept(dispute).missed_at) == (late, late)
    assert alarms(dispute) == 1
    assert watch_clocks(late + HOUR)[1] == 0


def overturned(dispute, now):
    return working.decide(
        dispute=dispute, outcome=Outcome.OVERTURNED, reason="Needed.", code="criteria_met",
        notice_on=now.date(), now=now, actor=a_worker("grievances"),
    )  # fmt: skip


def kinds(dispute):
    return [one.event.kind for one in get_dispute(dispute_id=dispute.id).events]


def test_what_the_law_makes_of_a_miss_comes_before_a_late_decision():
    dispute = filed(Law.MEDICARE_ADVANTAGE)

    overturned(dispute, kept(dispute).due_at + HOUR)

    assert kinds(dispute) == [Kind.RECEIVED, Kind.LAPSED, Kind.DECIDED]


def test_what_the_law_decided_nobody_decides_again_and_the_refusal_writes_nothing():
    # Silence on a request is a denial. Source: 42 CFR 422.568(f).
    dispute = filed(Law.MEDICARE_ADVANTAGE, Matter.DETERMINATION)
    late = kept(dispute).due_at + HOUR

    with pytest.raises(BadCourse):
        overturned(dispute, late)

    assert kinds(dispute) == [Kind.RECEIVED]
    watch_clocks(late)
    assert kinds(dispute) == [Kind.RECEIVED, Kind.LAPSED]


def test_a_letter_that_left_in_time_takes_a_miss_back():
    dispute = filed(Law.INDIVIDUAL)
    due = kept(dispute, Step.ACKNOWLEDGE).due_at
    watch_clocks(due)
    assert kept(dispute, Step.ACKNOWLEDGE).missed_at == due

    log.write(
        dispute_id=dispute.id, kind=Kind.ACKNOWLEDGED, at=due - HOUR, actor=a_worker("grievances")
    )

    assert clock(get_dispute(dispute_id=dispute.id).standing, Step.ACKNOWLEDGE).met_at == due - HOUR
    assert kept(dispute, Step.ACKNOWLEDGE).missed_at is None
