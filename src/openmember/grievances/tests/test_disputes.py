"""Disputes in the database: filed, worked, watched."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from openmember.cases.queries import get_case, get_own_case
from openmember.cases.testing import a_worker, the_member
from openmember.cases.types import CaseRefused, Channel
from openmember.coverage.testing import covered
from openmember.coverage.types import CoverageType
from openmember.grievances.amounts import at_stake
from openmember.grievances.choosing import Covered, list_covered, track_of
from openmember.grievances.jobs import watch_clocks
from openmember.grievances.queries import find_dispute, get_dispute
from openmember.grievances.recomputing.jobs import run_law
from openmember.grievances.recomputing.types import Task
from openmember.grievances.services import assigning, working
from openmember.grievances.services.filing import file_dispute
from openmember.grievances.steps import rules_for
from openmember.grievances.testing import DENIAL, clock
from openmember.grievances.types import (
    BadCourse,
    Care,
    Kind,
    Law,
    Level,
    Matter,
    NewDispute,
    Outcome,
    Speed,
    Step,
    Track,
)
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.queries import get_member
from openmember.members.testing import a_member
from openmember.members.types import NotAllowed, Role
from openmember.payments.testing import a_user, an_account
from openmember.threads.services.sending import write

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def filed(member=None, *, law=Law.INDIVIDUAL, place="CA", care=Care.PRE_SERVICE, **said):
    member = member or a_member()
    given = {
        "received_at": NOW,
        "now": NOW,
        "channel": Channel.PHONE,
        "actor": a_worker("grievances"),
    }
    given |= {name: said.pop(name) for name in list(said) if name in given}
    matter = said.pop("matter", Matter.APPEAL)
    new = NewDispute(
        track=Track(matter, law, place, care), member_id=member.id,
        account_number=said.pop("account_number", None),
        need="The scan my doctor ordered was refused.", **said,
    )  # fmt: skip
    return file_dispute(new=new, **given)


def test_a_dispute_has_a_case_with_a_number_and_the_law_s_clock():
    dispute = filed()
    case = get_case(number=dispute.case_number, actor=a_worker("grievances"))

    assert case.category == "appeal"
    assert clock(dispute.standing, Step.DECIDE).due_at == case.due_at
    assert find_dispute(case=case).id == dispute.id


def test_what_came_by_post_runs_from_the_day_it_came():
    dispute = filed(received_at=NOW - 4 * DAY, channel=Channel.MAIL)

    assert dispute.standing.received_at == NOW - 4 * DAY
    assert clock(dispute.standing, Step.DECIDE).started_at == NOW - 4 * DAY


def test_a_member_files_their_own_once_for_a_form():
    member = a_member()
    asked = {"actor": the_member(member), "channel": Channel.PORTAL, "sent_as": "form-1"}
    filed(member, **asked)

    with pytest.raises(CaseRefused, match="sent already"):
        filed(member, **asked)
    assert fetch_one("SELECT count(*) AS n FROM grievances_dispute").n == 1


def test_the_law_is_that_of_the_coverage_and_the_state():
    account = an_account()
    member = get_member(member_id=account.holder_id)
    covered(account, (member, "18"), coverage_type=CoverageType.MEDICARE)
    (coverage,) = list_covered(member_id=member.id, on=date(2026, 11, 30))

    scan = track_of(
        matter=Matter.APPEAL, care=Care.AUTHORIZATION, covered=coverage, person=member.person
    )
    pills = track_of(matter=Matter.APPEAL, care=Care.DRUG, covered=coverage, person=member.person)
    none = track_of(
        matter=Matter.APPEAL, care=Care.AUTHORIZATION, covered=None, person=member.person
    )

    assert (scan.law, scan.care) == (Law.MEDICARE_ADVANTAGE, Care.AUTHORIZATION)
    assert pills.law is Law.PART_D
    assert (none.law, none.care) == (Law.INDIVIDUAL, Care.PRE_SERVICE)


def test_nobody_decides_about_their_own_decision():
    worker = a_worker("grievances")
    dispute = filed(decider_id=worker.id)

    with pytest.raises(BadCourse, match="does not decide about it"):
        working.decide(
            dispute=dispute, **DENIAL, notice_on=date(2026, 12, 1),
            now=NOW + DAY, actor=worker,
        )  # fmt: skip
    assert [one.event.kind for one in get_dispute(dispute_id=dispute.id).events] == [Kind.RECEIVED]


def test_a_denial_stops_the_clock_of_the_case_and_opens_the_next_right():
    worker = a_worker("grievances")
    dispute = working.decide(
        dispute=filed(), **DENIAL, notice_on=date(2026, 12, 1),
        now=NOW + DAY, actor=worker,
    )  # fmt: skip

    assert get_case(number=dispute.case_number, actor=worker).due_at is None
    assert dispute.standing.next_levels == (Level.EXTERNAL,)
    assert not dispute.standing.is_open


def test_extending_where_the_law_gives_nothing_is_refused_and_writes_nothing():
    worker = a_worker("grievances")
    dispute = filed(place="GA")

    with pytest.raises(BadCourse):
        working.extend(dispute=dispute, days=14, why="Records", now=NOW + DAY, actor=worker)
    assert fetch_one("SELECT count(*) AS n FROM grievances_event").n == 1


def test_an_extension_moves_the_case_s_clock_too():
    worker = a_worker("grievances")
    dispute = filed(law=Law.MEDICARE_ADVANTAGE, place="MD")
    before = get_case(number=dispute.case_number, actor=worker).due_at

    working.extend(dispute=dispute, days=14, why="Records", now=NOW + DAY, actor=worker)

    assert get_case(number=dispute.case_number, actor=worker).due_at == before + 14 * DAY


def test_only_whoever_may_decide_on_urgency_refuses_it_and_a_clinician_s_word_is_enough():
    worker = a_worker("grievances")

    with pytest.raises(NotAllowed):
        working.refuse_to_expedite(dispute=filed(), why="Not urgent", now=NOW + DAY, actor=worker)
    sooner = working.expedite(
        dispute=filed(), by_clinician=True, why="Pain", now=NOW + DAY, actor=worker
    )
    assert sooner.standing.speed is Speed.EXPEDITED


def test_somebody_else_s_member_files_and_escalates_nothing():
    dispute, other = filed(), the_member(a_member())

    with pytest.raises(NotAllowed):
        working.withdraw(dispute=dispute, why="Mine", now=NOW + DAY, actor=other)


def test_a_duty_is_warned_of_before_it_ends_and_alarmed_when_it_has():
    dispute = filed(place="OR", received_at=NOW, now=NOW)
    due = clock(dispute.standing, Step.DECIDE).due_at
    working.acknowledge(dispute=dispute, now=NOW + DAY, actor=a_worker("grievances"))

    assert watch_clocks(due - 6 * DAY) == (0, 0)
    assert watch_clocks(due - 5 * DAY) == (1, 0)
    assert watch_clocks(due - 5 * DAY) == (0, 0)
    assert watch_clocks(due) == (0, 1)
    assert watch_clocks(due + DAY) == (0, 0)
    assert [row.kind for row in fetch_all("SELECT kind FROM cases_alarm ORDER BY id")] == [
        "clock_due",
        "clock_late",
    ]


def test_what_the_law_makes_of_a_miss_happens_by_itself():
    dispute = filed(law=Law.MEDICARE_ADVANTAGE, place="MD")
    due = clock(dispute.standing, Step.DECIDE).due_at

    watch_clocks(due)
    after = get_dispute(dispute_id=dispute.id)

    assert [one.event.kind for one in after.events] == [Kind.RECEIVED, Kind.LAPSED]
    assert after.standing.next_levels == (Level.IRE,)
    assert clock(after.standing, Step.FORWARD).met_at is None


def test_the_log_and_the_day_of_receipt_never_change():
    dispute = filed()

    for change in (
        "UPDATE grievances_event SET at = now()",
        "DELETE FROM grievances_event",
        "UPDATE grievances_dispute SET received_at = received_at + interval '1 day'",
        "DELETE FROM grievances_dispute",
    ):
        with pytest.raises(Exception, match=r"never|history|append"), transaction.atomic():
            connection.cursor().execute(change)
    with pytest.raises(IntegrityError), transaction.atomic():
        fetch_all(
            "INSERT INTO grievances_event (dispute_id, serial, kind, at, actor)"
            " VALUES (%(id)s, 1, 'received', now(), 'x')",
            {"id": dispute.id},
        )


def test_looking_again_at_a_decision_made_in_time_is_no_miss_and_takes_no_right():
    worker = a_worker("grievances")
    dispute = filed(law=Law.INDIVIDUAL, place="CO", matter=Matter.DETERMINATION)
    due = clock(dispute.standing, Step.DECIDE).due_at
    decided = working.decide(
        dispute=dispute, **DENIAL, notice_on=date(2026, 12, 1),
        now=NOW + DAY, actor=worker,
    )  # fmt: skip
    before = clock(decided.standing, Step.FILE, "plan").due_at

    working.reopen(dispute=decided, why="New records", now=due + DAY, actor=worker)
    watch_clocks(due + 2 * DAY)
    after = get_dispute(dispute_id=dispute.id)

    assert Kind.LAPSED not in [one.event.kind for one in after.events]
    assert after.standing.is_open
    assert clock(after.standing, Step.FILE, "plan").due_at == before
    assert after.standing.next_levels == decided.standing.next_levels


def test_who_denied_it_first_does_not_decide_its_appeal():
    first, second = a_worker("grievances"), a_worker("grievances")
    said = {**DENIAL, "notice_on": date(2026, 12, 3)}
    denied = working.decide(
        dispute=filed(matter=Matter.DETERMINATION), now=NOW + DAY, actor=first, **said
    )
    appealed = working.escalate(dispute=denied, level=Level.PLAN, now=NOW + 2 * DAY, actor=second)

    with pytest.raises(BadCourse, match="does not decide about it"):
        working.decide(dispute=appealed, now=NOW + 3 * DAY, actor=first, **said)
    assert working.decide(dispute=appealed, now=NOW + 3 * DAY, actor=second, **said).standing.last


def waiting(member=None):
    """A claim for which the member is asked for records, with the notice of more time."""
    worker = a_worker("grievances")
    dispute = filed(member, law=Law.SELF_FUNDED, place="US", matter=Matter.DETERMINATION)
    dispute = working.extend(dispute=dispute, days=15, why="Records", now=NOW + DAY, actor=worker)
    return working.toll(dispute=dispute, why="Records", now=NOW + DAY, actor=worker)


def test_a_clock_that_stood_still_for_the_member_goes_on_when_they_answer():
    member = a_member()
    waits = waiting(member)

    goes_on = working.member_answered(dispute=waits, now=NOW + 3 * DAY, actor=the_member(member))

    assert waits.standing.is_tolled
    assert clock(goes_on.standing, Step.DECIDE).due_at is not None
    assert working.member_answered(dispute=goes_on, now=NOW + 4 * DAY, actor=the_member(member))


def test_the_case_s_clock_stands_still_and_goes_on_with_the_dispute_s():
    member, worker = a_member(), a_worker("grievances")
    waits = waiting(member)
    goes_on = working.member_answered(dispute=waits, now=NOW + 6 * DAY, actor=the_member(member))

    due = clock(goes_on.standing, Step.DECIDE).due_at
    assert due == NOW.replace(hour=8) + 36 * DAY  # thirty days, and five that it stood still
    assert get_case(number=waits.case_number, actor=worker).due_at == due


def test_a_message_lets_it_go_on_from_its_moment_and_silence_from_the_last_day():
    member = a_member()
    a_user(member=member)
    written, silent = waiting(member), waiting(member)
    case = get_own_case(
        number=written.case_number, member_ids=(member.id,), actor=the_member(member)
    )
    write(case=case, body="The records are here.", now=NOW + 9 * DAY, actor=the_member(member))

    watch_clocks(NOW + 10 * DAY)
    after = get_dispute(dispute_id=written.id)
    assert get_dispute(dispute_id=silent.id).standing.is_tolled
    ends_at = silent.standing.pause.ends_at
    watch_clocks(ends_at)
    ended = get_dispute(dispute_id=silent.id).standing

    assert clock(after.standing, Step.DECIDE).stood[0].until == NOW + 9 * DAY
    assert ends_at - silent.standing.pause.since >= 45 * DAY
    assert clock(ended, Step.DECIDE).stood[0].until == ends_at
    assert clock(ended, Step.DECIDE).due_at is not None


def test_nobody_is_made_to_wait_for_ever():
    worker = a_worker("grievances")
    dispute = filed(law=Law.SELF_FUNDED, place="US", matter=Matter.DETERMINATION)
    dispute = working.extend(dispute=dispute, days=15, why="Records", now=NOW, actor=worker)

    with pytest.raises(BadCourse, match="nobody waits that long"):
        working.toll(dispute=dispute, why="Records", now=NOW, actor=worker, until=date(2027, 6, 1))


def test_every_track_that_can_be_chosen_has_a_clock_for_its_decision():
    person = get_member(member_id=a_member().id).person
    for kind in (*CoverageType, None):
        covered_as = Covered(kind, "", "", "") if kind else None
        for matter in (Matter.APPEAL, Matter.DETERMINATION):
            for care in set(Care) - {Care.SERVICE}:
                track = track_of(matter=matter, care=care, covered=covered_as, person=person)
                assert rules_for(track, Level.PLAN, Step.DECIDE, Speed.STANDARD), track


@pytest.mark.parametrize(
    ("level", "year", "cents", "is_short"),
    [
        (Level.ALJ, 2025, 189_99, True), (Level.ALJ, 2025, 190_00, False),
        (Level.ALJ, 2026, 199_99, True), (Level.ALJ, 2026, 200_00, False),  # 90 FR 55869
        (Level.COURT, 2025, 1899_99, True), (Level.COURT, 2025, 1900_00, False),
        (Level.COURT, 2026, 1959_99, True), (Level.COURT, 2026, 1960_00, False),  # 90 FR 55869
        (Level.ALJ, 2026, None, False), (Level.ALJ, 2024, 1_00, False),
    ],
)  # fmt: skip
def test_the_amount_at_stake_is_that_of_the_year_it_is_asked_in(level, year, cents, is_short):
    dispute = filed(law=Law.MEDICARE_ADVANTAGE, place="MD", amount_cents=cents)

    stake = at_stake(dispute, level, now=datetime(year, 6, 1, tzinfo=UTC))

    assert stake.is_short is is_short
    assert at_stake(dispute, Level.COUNCIL, now=NOW) is None


def test_the_desk_notes_no_hearing_below_the_amount_but_for_claims_that_count_together():
    worker = a_worker("grievances")
    dispute = filed(law=Law.MEDICARE_ADVANTAGE, place="MD", amount_cents=150_00)
    said = {**DENIAL, "notice_on": date(2026, 12, 1)}
    dispute = working.decide(dispute=dispute, now=NOW + DAY, actor=worker, **said)
    dispute = working.escalate(dispute=dispute, level=Level.IRE, now=NOW + DAY, actor=worker)
    dispute = working.decide(dispute=dispute, now=NOW + DAY, actor=worker, **said)

    with pytest.raises(BadCourse, match="less is at stake"):
        working.escalate(dispute=dispute, level=Level.ALJ, now=NOW + DAY, actor=worker)
    heard = working.escalate(
        dispute=dispute, level=Level.ALJ, now=NOW + DAY, actor=worker, together_cents=200_00
    )
    assert heard.standing.level is Level.ALJ


@pytest.mark.parametrize(
    ("notice_on", "why"),
    [(date(2026, 11, 29), "dated before"), (date(2026, 12, 5), "within days")],
)
@pytest.mark.parametrize(
    "said", [DENIAL, {"outcome": "dismissed", "code": "not_ours", "reason": "No."}]
)
def test_the_letter_of_a_decision_is_of_its_day_or_leaves_soon_after(notice_on, why, said):
    said = {**said, "outcome": Outcome(said["outcome"])}
    with pytest.raises(BadCourse, match=why):
        working.decide(
            dispute=filed(), **said, notice_on=notice_on, now=NOW, actor=a_worker("grievances")
        )


def test_a_reviewer_outside_decided_before_we_heard_of_it_and_not_later():
    worker = a_worker("grievances")
    about = {"code": "criteria_met", "reason": "It meets them.", "now": NOW + DAY, "actor": worker}
    denied = working.decide(
        dispute=filed(),
        **DENIAL,
        notice_on=date(2026, 11, 30),
        now=NOW,
        actor=a_worker("grievances"),
    )
    outside = working.escalate(dispute=denied, level=Level.EXTERNAL, now=NOW, actor=worker)

    with pytest.raises(BadCourse, match="within days"):
        working.decide(
            dispute=outside, outcome=Outcome.OVERTURNED, notice_on=date(2026, 12, 2), **about
        )
    found = working.decide(
        dispute=outside, outcome=Outcome.OVERTURNED, notice_on=date(2026, 11, 30), **about
    )
    assert found.standing.decision.notice_on == date(2026, 11, 30)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE grievances_reviewer SET asked_by = 'staff:9'",
        "DELETE FROM grievances_law_run",
        "DELETE FROM grievances_law_part",
        "UPDATE grievances_law_run SET rulebook = 'x'",
        "UPDATE grievances_law_part SET effect = '{}'",
    ],
)
def test_who_was_asked_and_what_a_change_of_law_moved_stay_written(change):
    dispute, nurse = filed(), a_worker("grievances", role=Role.NURSE)
    assigning.ask_reviewer(
        dispute=dispute, user_id=nurse.id, specialty="Radiology", now=NOW, actor=nurse
    )
    run_law(Task.SURVEY)

    with pytest.raises(IntegrityError), transaction.atomic():
        fetch_all(change)
