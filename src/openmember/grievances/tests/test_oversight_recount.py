"""What reports say of a year of disputes, counted again from the logs in plain Python."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from openmember.cases.testing import a_supervisor
from openmember.grievances import oversight
from openmember.grievances.course import standing
from openmember.grievances.jobs import watch_clocks
from openmember.grievances.oversight.decisions import list_all_decisions
from openmember.grievances.oversight.misses import list_misses
from openmember.grievances.oversight.queries import get_timeliness
from openmember.grievances.oversight.types import Asked
from openmember.grievances.oversight.universe import list_all, list_page
from openmember.grievances.queries import list_events
from openmember.grievances.tests.test_oversight import CODES, DAY, NOW, YEAR, filed, happened
from openmember.grievances.types import BadCourse, Kind, Law, Matter, Outcome, Speed, Step, Whose
from openmember.kernel.sql import fetch_all
from openmember.members.testing import a_member

pytestmark = pytest.mark.django_db
OFFICE = ZoneInfo("America/Los_Angeles")
STEPS = (
    (Kind.ACKNOWLEDGED, {}),
    (Kind.EXPEDITED, {"why": "Pain."}),
    (Kind.EXTENDED, {"days": 14, "why": "Records."}),
)
ENOUGH, PAID = (Kind.WITHDRAWN, {"why": "Enough."}), (Kind.EFFECTUATED, {"what": "Paid."})
AGAIN = (Kind.REOPENED, {"why": "Again."})
MIGRATION = Path(oversight.__file__).parents[1] / "migrations" / "0008_oversight.sql"


@pytest.fixture(scope="module")
def a_year(django_db_setup, django_db_blocker):
    """Disputes of a year, kept and missed, decided every way, by every law; the same each time."""
    with django_db_blocker.unblock(), transaction.atomic():
        make_a_year()
        yield
        transaction.set_rollback(True)


def make_a_year():
    random, member, actor = Random(6), a_member(), a_supervisor()
    for number in range(40):
        received = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(hours=random.randrange(7800))
        dispute = filed(
            received, random.choice(list(Law)), random.choice(("CA", "OR", "MD")),
            random.choice((Matter.APPEAL, Matter.APPEAL, Matter.GRIEVANCE, Matter.DETERMINATION)),
            member_id=member.id, speed=random.choice((Speed.STANDARD, Speed.STANDARD, Speed.EXPEDITED)),
        )  # fmt: skip
        at = received + random.randrange(9) * DAY
        steps = [one for one in STEPS if random.random() < 0.5]
        if random.random() < 0.8:
            outcome = random.choice(("upheld", "overturned", "partly"))
            said = {"outcome": outcome, "code": CODES[outcome], "notice_on": "2026-10-01"}
            steps.append(random.choice(((Kind.DECIDED, said), (Kind.DECIDED, said), ENOUGH)))
            steps.append(AGAIN if outcome == "upheld" else PAID)
        for kind, said in steps:
            at += random.randrange(1, 25) * DAY
            try:
                with transaction.atomic():
                    happened(dispute, kind, min(at, NOW), actor, **said)
            except BadCourse:
                continue
        if number % 3 == 0:
            watch_clocks(min(at + 30 * DAY, NOW))


def recount():
    """Return what the report should say, from the logs alone."""
    found = defaultdict(lambda: [0, 0, 0, [], []])
    for row in fetch_all("SELECT id FROM grievances_dispute"):
        now = standing(one.event for one in list_events(dispute_id=row.id))
        gone = {one.visit: one.at for one in now.decisions if one.outcome is Outcome.WITHDRAWN}
        month = now.received_at.astimezone(OFFICE).date().replace(day=1)
        for one in now.clocks:
            if one.whose is not Whose.PLAN or is_gone(one, gone):
                continue
            keys = [("step", one.step.value)]
            if one.step is Step.DECIDE:
                track = now.track
                keys += [
                    ("law", track.law.value), ("place", track.place), ("matter", track.matter.value),
                    ("level", one.level.value), ("month", str(month)),
                ]  # fmt: skip
            is_missed = one.is_missed(NOW)
            for key in keys:
                row = found[key]
                state = 1 if is_missed else 0 if one.met_at and one.due_at else 2
                row[state] += 1
                if one.met_at:
                    row[3].append((one.met_at - one.started_at).days)
                if one.due_at:
                    row[4].append((one.due_at - one.started_at).days)
    return found


def is_gone(one, gone):
    """Whether the member took it back before its date had come."""
    return one.visit in gone and (one.due_at is None or one.due_at > gone[one.visit])


def at_share(values, share):
    """Return the first value that so many are at or below."""
    ordered = sorted(values)
    return next((v for n, v in enumerate(ordered, 1) if n >= share * len(ordered)), None)


def test_the_report_is_what_a_recount_of_the_logs_gives(a_year):
    report = get_timeliness(asked=YEAR, now=NOW, actor=a_supervisor())

    said = {("step", one.name): one for one in report.steps}
    said |= {(by, one.name): one for by, rows in report.by.items() for one in rows}
    expected = recount()
    assert set(said) == set(expected)
    for key, one in said.items():
        kept, missed, waiting, days, limits = expected[key]
        assert (one.kept, one.missed, one.waiting) == (kept, missed, waiting), key
        assert one.median_days == at_share(days, 0.5), key
        assert one.slow_days == at_share(days, 0.9), key
        assert one.limit_days == at_share(limits, 0.5), key
    assert report.received == 40
    assert said["step", "decide"].missed
    assert said["step", "decide"].kept


def test_outcomes_causes_and_decisions_are_what_the_logs_say(a_year):
    report = get_timeliness(asked=YEAR, now=NOW, actor=a_supervisor())
    expected, written = Counter(), 0
    for row in fetch_all("SELECT id FROM grievances_dispute"):
        events = [one.event for one in list_events(dispute_id=row.id)]
        for one in standing(events).decisions:
            expected[one.level, one.code, one.outcome] += 1
        written += sum(
            one.kind in {Kind.DECIDED, Kind.WITHDRAWN}
            or one.detail.get("lapse") in {"adverse", "granted"}
            for one in events
        )

    assert {(one.level, one.code, one.outcome): one.count for one in report.decided} == expected
    assert sum(one.missed for one in report.steps) == sum(count for _code, count in report.causes)
    assert len(list(list_all_decisions(asked=YEAR, actor=a_supervisor()))) == written


def test_the_universe_has_every_dispute_once_and_says_what_its_log_says(a_year):
    pages, after = [], None
    while True:
        lines, after = list_page(asked=YEAR, actor=a_supervisor(), after=after, size=7)
        pages += lines
        if after is None:
            break

    assert [one.id for one in pages] == [
        one.id for one in list_all(asked=YEAR, actor=a_supervisor())
    ]
    assert len({one.id for one in pages}) == 40
    for line in pages:
        now = standing(one.event for one in list_events(dispute_id=line.id))
        owed = [
            one.visit for one in now.clocks if one.whose is Whose.PLAN and one.step is Step.DECIDE
        ]
        first = next(
            (one for one in now.decisions if one.visit == min(owed, default=one.visit)), None
        )
        assert line.outcome == (first.outcome if first else None)
        assert line.decided_at == (first.at if first else None)
        assert line.is_open == now.is_open
        for duty in line.duties:
            (same,) = [
                one for one in now.clocks
                if (one.visit, one.level, one.step) == (duty.visit, duty.level, duty.step)
            ]  # fmt: skip
            assert (duty.due_at, duty.met_at) == (same.due_at, same.met_at)
            assert (duty.is_timely(NOW) is False) == same.is_missed(NOW)


def test_what_is_asked_about_narrows_every_figure(a_year):
    asked = Asked(date(2026, 3, 1), date(2026, 6, 30), Law.MEDICARE_ADVANTAGE, "OR")

    lines = list(list_all(asked=asked, actor=a_supervisor()))
    report = get_timeliness(asked=asked, now=NOW, actor=a_supervisor())

    assert lines
    assert {(one.law, one.place) for one in lines} == {(Law.MEDICARE_ADVANTAGE, "OR")}
    assert report.received == len(lines)
    days = [one.received_at.astimezone(OFFICE).date() for one in lines]
    assert min(days) >= asked.since
    assert max(days) <= asked.until


def test_misses_page_on_from_the_last_one(a_year):
    found, before = [], None
    while True:
        page, before = list_misses(asked=YEAR, now=NOW, actor=a_supervisor(), before=before, size=4)
        found += page
        if before is None:
            break

    keys = [(one.dispute_id, one.duty.visit, one.duty.level, one.duty.step) for one in found]
    assert len(set(keys)) == len(keys)
    report = get_timeliness(asked=YEAR, now=NOW, actor=a_supervisor())
    assert len(keys) == sum(one.missed for one in report.steps)


def test_what_was_decided_before_there_were_reports_is_taken_over_the_same(a_year):
    kept = fetch_all("SELECT * FROM grievances_decision ORDER BY dispute_id, visit")
    text = MIGRATION.read_text(encoding="utf-8")
    first = text.index("INSERT INTO grievances_decision")
    fetch_all("DELETE FROM grievances_decision")

    with connection.cursor() as cursor:
        cursor.execute(text[first : text.index(";", first)])

    assert kept == fetch_all("SELECT * FROM grievances_decision ORDER BY dispute_id, visit")
    assert kept
