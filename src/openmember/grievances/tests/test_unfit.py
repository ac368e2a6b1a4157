"""A corrected rule that a log fits no more: reading shows what was kept last, and writing is refused."""

from datetime import UTC, datetime, timedelta

import pytest

from openmember.cases.testing import a_supervisor, a_worker
from openmember.cases.types import Channel
from openmember.grievances.jobs import watch_clocks
from openmember.grievances.queries import get_dispute
from openmember.grievances.recomputing import services as recomputing
from openmember.grievances.recomputing.types import Task
from openmember.grievances.services import working
from openmember.grievances.services.filing import file_dispute
from openmember.grievances.services.unfit import take_up_again
from openmember.grievances.testing import a_law, clock
from openmember.grievances.types import (
    BadCourse,
    Care,
    Kind,
    Lapse,
    Law,
    Matter,
    NewDispute,
    Outcome,
    Step,
    Track,
)
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.testing import a_member
from openmember.rulebook.clocks import proposed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def law(tmp_path):
    """The reconsideration takes five days: too few for an extension on the twentieth."""
    return a_law(tmp_path, ("MA-RECON-STD", {"length": 5}))


def filed(law=Law.MEDICARE_ADVANTAGE, ago=20 * DAY):
    new = NewDispute(
        track=Track(Matter.APPEAL, law, "CA", Care.PRE_SERVICE), member_id=a_member().id,
        account_number=None, need="The scan was refused.",
    )  # fmt: skip
    return file_dispute(
        new=new, channel=Channel.PHONE, received_at=NOW - ago, now=NOW, actor=a_worker("grievances")
    )


def extended():
    return working.extend(
        dispute=filed(), days=14, why="Records from abroad.", now=NOW, actor=a_worker("grievances")
    )


def survey():
    run = recomputing.begin(task=Task.SURVEY, now=NOW, actor=a_supervisor())
    return recomputing.work(run=run, now=NOW).effect


def alarmed(dispute):
    rows = fetch_all(
        "SELECT kind FROM cases_alarm WHERE case_id = %(id)s AND cleared_at IS NULL",
        {"id": dispute.case_id},
    )
    return [row.kind for row in rows]


def test_it_stands_as_it_was_last_kept_and_names_what_does_not_fit(law):
    before = extended()

    with proposed(law):
        now = get_dispute(dispute_id=before.id)

    assert now.misfit is not None
    assert (now.misfit.serial, now.misfit.event.kind) == (2, Kind.EXTENDED)
    assert now.misfit.refused.name == "extended_too_late"
    kept, known = now.standing, before.standing
    mine, theirs = clock(kept, Step.DECIDE), clock(known, Step.DECIDE)
    assert (mine.visit, mine.due_at, mine.met_at) == (theirs.visit, theirs.due_at, theirs.met_at)
    assert mine.governs.added == 14
    for name in ("track", "speed", "level", "visit", "decision", "is_open", "is_tolled", "zone"):
        assert getattr(kept, name) == getattr(known, name)


def test_a_denial_is_read_with_its_rights_as_they_were_kept(law):
    known = working.decide(
        dispute=extended(), outcome=Outcome.UPHELD, code="not_covered", criteria="Part 4",
        reason="Not covered", notice_on=NOW.date(), now=NOW, actor=a_worker("grievances"),
    )  # fmt: skip

    with proposed(law):
        kept = get_dispute(dispute_id=known.id).standing

    assert kept.decision == known.standing.decision
    assert kept.next_levels == known.standing.next_levels
    assert {(one.step, one.level, one.due_at) for one in kept.clocks} == {
        (one.step, one.level, one.due_at) for one in known.standing.clocks
    }


def test_whatever_would_be_written_is_refused_and_says_why(law):
    dispute, rosa = extended(), a_worker("grievances")

    with proposed(law):
        read = get_dispute(dispute_id=dispute.id)
        for act in (
            lambda: working.withdraw(dispute=read, why="No more", now=NOW, actor=rosa),
            lambda: working.mark_done(dispute=read, step=Step.CONFIRM, now=NOW, actor=rosa),
            lambda: working.expedite(
                dispute=read, by_clinician=True, why="Pain", now=NOW, actor=rosa
            ),
        ):
            with pytest.raises(BadCourse) as refused:
                act()
            assert refused.value.name == "log_unfit"

    assert len(get_dispute(dispute_id=dispute.id).events) == 2


def test_one_holds_up_no_other_and_its_owner_is_told_once(law):
    """Two whose last day is over: of the one that fits the law takes its course."""
    unfit, fit = extended(), filed(ago=31 * DAY)
    later = NOW + 60 * DAY

    with proposed(law):
        assert survey().unfit == [unfit.case_number]
        survey()
        watch_clocks(later)

        assert alarmed(unfit).count("log_unfit") == 1
        assert "clock_late" in alarmed(unfit)
        assert Kind.LAPSED in [one.event.kind for one in get_dispute(dispute_id=fit.id).events]
        assert take_up_again(now=later) == 0


def test_once_it_fits_again_what_was_missed_is_written(law):
    dispute = extended()
    missed = NOW + 60 * DAY
    with proposed(law):
        survey()
        watch_clocks(missed)

    assert take_up_again(now=missed + DAY) == 1
    assert take_up_again(now=missed + DAY) == 0

    last = get_dispute(dispute_id=dispute.id).events[-1].event
    assert (last.kind, last.detail["lapse"]) == (Kind.LAPSED, Lapse.FORWARD.value)
    assert "log_unfit" not in alarmed(dispute)


def test_an_answer_that_comes_meanwhile_lets_the_clock_go_on_from_then(tmp_path):
    rosa = a_worker("grievances")
    claim = filed(law=Law.SELF_FUNDED, ago=3 * DAY)
    claim = working.relabel(
        dispute=claim, matter=Matter.DETERMINATION, care=Care.PRE_SERVICE, why="No appeal", now=NOW, actor=rosa
    )  # fmt: skip
    claim = working.extend(dispute=claim, days=15, why="Records", now=NOW, actor=rosa)
    claim = working.toll(dispute=claim, why="Records", now=NOW, actor=rosa)
    decide = clock(claim.standing, Step.DECIDE)
    ids = {one.clock.id for one in (decide.governs, *decide.lost)}
    law = a_law(tmp_path, *((one, {"length": 1}) for one in sorted(ids)))

    with proposed(law):
        read = get_dispute(dispute_id=claim.id)
        assert read.misfit is not None
        assert read.standing.is_tolled
        assert working.member_answered(dispute=read, now=NOW, actor=rosa) == read
        watch_clocks(NOW + 90 * DAY)
    watch_clocks(NOW + 91 * DAY)

    resumed = get_dispute(dispute_id=claim.id).events[-1].event
    assert resumed.kind is Kind.RESUMED
    assert (
        fetch_one(
            "SELECT is_tolled FROM grievances_dispute WHERE id = %(id)s", {"id": claim.id}
        ).is_tolled
        is False
    )
    assert fetch_all("SELECT 1 FROM cases_alarm WHERE kind = 'log_unfit'") == []
