"""How disputes went, as reports say it, counted again from the logs in plain Python."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from openmember.cases.testing import a_supervisor, a_worker
from openmember.cases.types import Channel
from openmember.grievances.jobs import watch_clocks
from openmember.grievances.oversight.causes import BadCauses, list_causes, read_causes
from openmember.grievances.oversight.decisions import list_decisions
from openmember.grievances.oversight.misses import find_miss, list_misses, say_why
from openmember.grievances.oversight.queries import get_timeliness
from openmember.grievances.oversight.types import Asked
from openmember.grievances.oversight.universe import list_all, list_page
from openmember.grievances.queries import get_dispute
from openmember.grievances.services import log
from openmember.grievances.services.filing import file_dispute
from openmember.grievances.types import (
    BadCourse,
    Care,
    Kind,
    Law,
    Matter,
    NewDispute,
    Step,
    Track,
)
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.testing import a_member
from openmember.members.types import NotAllowed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)
DAY = timedelta(days=1)
YEAR = Asked(date(2026, 1, 1), date(2026, 12, 31))
OFFICE = ZoneInfo("America/Los_Angeles")
CODES = {"upheld": "not_covered", "overturned": "criteria_met", "partly": "new_evidence"}


def filed(received_at=NOW - DAY, law=Law.INDIVIDUAL, place="CA", matter=Matter.APPEAL, **said):
    care = said.pop("care", Care.SERVICE if matter is Matter.GRIEVANCE else Care.PRE_SERVICE)
    new = NewDispute(
        track=Track(matter, law, place, care), member_id=said.pop("member_id", None) or a_member().id,
        account_number=None, need="The scan was refused.", **said,
    )  # fmt: skip
    return file_dispute(
        new=new, channel=Channel.PHONE, received_at=received_at, now=NOW, actor=a_worker("grievances")
    )  # fmt: skip


def happened(dispute, kind, at, actor=None, **detail):
    return log.write(
        dispute_id=dispute.id, kind=kind, at=at, actor=actor or a_supervisor(), **detail
    )


def decided(dispute, at, outcome="upheld", actor=None):
    return happened(
        dispute, Kind.DECIDED, at, actor, outcome=outcome, notice_on=at.date().isoformat(),
        code=CODES[outcome], criteria="Policy 12",
    )  # fmt: skip


def test_a_decision_is_audited_with_who_why_and_on_whose_opinion():
    dispute, actor = filed(), a_supervisor(first_name="Vera")
    decided(dispute, NOW - timedelta(hours=5), actor=actor)
    happened(dispute, Kind.REOPENED, NOW - timedelta(hours=4), why="A record came.")
    happened(
        dispute, Kind.DECIDED, NOW - timedelta(hours=3), outcome="dismissed", code="not_ours",
        notice_on="2026-11-30",
    )  # fmt: skip
    happened(dispute, Kind.VACATED, NOW - timedelta(hours=2), why="It is ours.")

    (second, first), before = list_decisions(asked=YEAR, actor=a_supervisor())

    assert (first.outcome, first.code, first.criteria, first.taken_back) == (
        "upheld", "not_covered", "Policy 12", False,
    )  # fmt: skip
    assert (first.actor, first.actor_name, first.roles) == (str(actor), "Vera", ("supervisor",))
    assert (second.outcome, second.taken_back, before) == ("dismissed", True, None)
    kept = fetch_all("SELECT visit, outcome FROM grievances_decision ORDER BY visit")
    assert [(row.visit, row.outcome) for row in kept] == [(1, "upheld")]


def a_missed_one():
    dispute = filed(NOW - 60 * DAY)
    watch_clocks(NOW - 25 * DAY)
    (miss,) = [
        one for one in list_misses(asked=YEAR, now=NOW, actor=a_supervisor())[0] if one.duty.step is Step.DECIDE
    ]  # fmt: skip
    assert miss.dispute_id == dispute.id
    return miss


def test_a_miss_shows_its_alarms_and_its_cause_is_said_once():
    miss = a_missed_one()
    actor = a_supervisor(first_name="Vera")

    say_why(miss=miss, code="staffing", note="Two  were ill.", now=NOW, actor=actor)

    assert (miss.duty.warned_at, miss.duty.missed_at, miss.cause) == (
        NOW - 25 * DAY,
        NOW - 25 * DAY,
        "",
    )
    told, _more = list_misses(asked=YEAR, now=NOW, actor=actor, cause="staffing")
    assert [(one.cause, one.note, one.noted_name) for one in told] == [
        ("staffing", "Two were ill.", "Vera")
    ]
    assert {one.cause for one in list_misses(asked=YEAR, now=NOW, actor=actor, cause="")[0]} <= {""}
    with pytest.raises(BadCourse, match="Vera"):
        say_why(miss=told[0], code="letter", note="", now=NOW, actor=actor)
    for wrong in ("UPDATE grievances_cause SET code = 'letter'", "DELETE FROM grievances_cause"):
        with pytest.raises(IntegrityError), transaction.atomic():
            fetch_all(wrong)


def test_a_cause_that_is_none_or_of_a_date_that_was_kept_is_refused():
    miss = a_missed_one()

    with pytest.raises(BadCourse, match="weather"):
        say_why(miss=miss, code="weather", note="", now=NOW, actor=a_supervisor())
    with pytest.raises(BadCourse, match="not missed"):
        say_why(miss=miss, code="system", note="", now=NOW - 50 * DAY, actor=a_supervisor())
    with pytest.raises(NotAllowed):
        say_why(miss=miss, code="system", note="", now=NOW, actor=a_worker("grievances"))


def test_only_who_oversees_looks_and_each_look_is_recorded():
    worker = a_worker("grievances")
    for look in (
        lambda actor: get_timeliness(asked=YEAR, now=NOW, actor=actor),
        lambda actor: list_page(asked=YEAR, actor=actor),
        lambda actor: list_all(asked=YEAR, actor=actor),
        lambda actor: list_decisions(asked=YEAR, actor=actor),
        lambda actor: list_misses(asked=YEAR, now=NOW, actor=actor),
        lambda actor: find_miss(
            asked=YEAR,
            number="CA-26-0000001",
            visit=1,
            level="plan",
            step="decide",
            now=NOW,
            actor=actor,
        ),
    ):
        with pytest.raises(NotAllowed):
            look(worker)
        before = fetch_one(
            "SELECT count(*) AS n FROM kernel_audit_entry WHERE action LIKE 'oversight.%%'", {}
        ).n
        look(a_supervisor())
        after = fetch_one(
            "SELECT count(*) AS n FROM kernel_audit_entry WHERE action LIKE 'oversight.%%'", {}
        ).n
        assert after == before + 1


def test_causes_are_read_strictly(tmp_path):
    assert {"staffing", "other"} <= {one.code for one in list_causes()}
    path = tmp_path / "causes.toml"
    for text in ("", '[[cause]]\ncode = "a"\ntitle = { en = "A" }\n', "[[cause]]\ncode = 1\n"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BadCauses):
            read_causes(path)


def test_what_was_late_when_it_was_withdrawn_stays_a_miss():
    miss = a_missed_one()
    happened(get_dispute(dispute_id=miss.dispute_id), Kind.WITHDRAWN, NOW - 20 * DAY, why="Enough.")

    found, _more = list_misses(asked=YEAR, now=NOW, actor=a_supervisor())
    assert Step.DECIDE in {one.duty.step for one in found}
    report = get_timeliness(asked=YEAR, now=NOW, actor=a_supervisor())
    assert report.decisions.missed == 1
    (line,) = list_all(asked=YEAR, actor=a_supervisor())
    assert line.is_timely(Step.DECIDE, NOW) is False


def test_what_was_late_when_it_was_relabelled_stays_a_miss():
    miss = a_missed_one()
    dispute = get_dispute(dispute_id=miss.dispute_id)
    happened(
        dispute,
        Kind.RELABELLED,
        NOW - 20 * DAY,
        matter="billing",
        care="post_service",
        why="A bill.",
    )

    found, _more = list_misses(asked=YEAR, now=NOW, actor=a_supervisor())

    (same,) = [one for one in found if one.duty.step is Step.DECIDE]
    assert same.duty == miss.duty


def test_a_universe_gives_the_plan_no_decision_that_others_made_for_it():
    dispute = filed(NOW - 80 * DAY, Law.MEDICARE_ADVANTAGE)
    watch_clocks(NOW - 30 * DAY)
    happened(dispute, Kind.ESCALATED, NOW - 20 * DAY, level="ire")
    decided(dispute, NOW - 10 * DAY, "overturned")

    (line,) = list_all(asked=YEAR, actor=a_supervisor())

    assert (line.decided_at, line.outcome, line.notice_on) == (None, None, None)
    assert line.is_timely(Step.DECIDE, NOW) is False
    assert line.last_outcome == "overturned"
