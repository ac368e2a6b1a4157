"""What must hold after a quarter, whatever crashed: each sentence found is one thing that is wrong.

Dates are counted again by walking day by day, which shares nothing with how they were reckoned.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from openmember.grievances.course import standing
from openmember.grievances.queries import get_dispute
from openmember.grievances.types import Deadline, Dispute, Kind, Lapse, Matter, Running, Speed, Step
from openmember.kernel.sql import fetch_all
from openmember.rulebook.tests.test_second_counter import in_force, is_open, walk
from openmember.rulebook.types import Unit
from tests.quarter.plan import Filed

DAY = timedelta(days=1)
LONGEST_STEP = timedelta(hours=4)


def list_wrong(filed: Sequence[Filed], *, now: datetime) -> Iterator[str]:
    """Return a sentence for every dispute lost, date wrong, clock lost, or miss in silence."""
    there = Counter(row.mark for row in fetch_all(
        "SELECT c.sent_as AS mark FROM grievances_dispute d JOIN cases_case c ON c.id = d.case_id"
    ))  # fmt: skip
    yield from (f"{one.mark} is not there once" for one in filed if there[one.mark] != 1)
    for row in fetch_all("SELECT id FROM grievances_dispute ORDER BY id"):
        dispute = get_dispute(dispute_id=row.id)
        for wrong in (*_copies(dispute), *_dates(dispute), *_silence(dispute, now)):
            yield f"{dispute.case_number}: {wrong}"


def _copies(dispute: Dispute) -> Iterator[str]:
    """What is kept beside the log is what the log comes to."""
    found = standing(one.event for one in dispute.events)
    kept = {
        (row.visit, row.level, row.step): (row.due_at, row.met_at)
        for row in fetch_all(
            "SELECT visit, level, step, due_at, met_at FROM grievances_clock WHERE dispute_id = %(id)s",
            {"id": dispute.id},
        )
    }
    wanted = {
        (one.visit, one.level.value, one.step.value): (one.due_at, one.met_at)
        for one in found.clocks
    }
    if kept != wanted:
        yield f"its clocks are {sorted(kept)} and its log says {sorted(wanted)}"
    (row,) = fetch_all(
        "SELECT is_open, due_at FROM grievances_dispute WHERE id = %(id)s", {"id": dispute.id}
    )
    due = found.next_due
    if (row.is_open, row.due_at) != (found.is_open, due.due_at if due else None):
        yield "its row says otherwise than its log"


def _dates(dispute: Dispute) -> Iterator[str]:
    """Every date, of the law that governs and of those that lost."""
    for one in dispute.standing.clocks:
        for deadline in (one.governs, *one.lost):
            if deadline.due_at is None:
                continue
            wanted = _counted_again(dispute, one, deadline)
            if wanted != deadline.due_at:
                yield f"{one.step} of {deadline.clock.id} is {deadline.due_at}, counted again {wanted}"


def _counted_again(dispute: Dispute, running: Running, deadline: Deadline) -> datetime:
    """The first moment that is late, walked from the start."""
    zone = ZoneInfo(dispute.standing.zone)
    here = deadline.started_at.astimezone(zone)
    clock = in_force(deadline.clock.id, f"{here:%Y-%m-%d}")
    if running.step is Step.SUPPLY:
        return _promised(dispute, running.visit, deadline.started_at, zone)
    if clock.unit is Unit.HOUR:
        moment = deadline.started_at
        for _ in range(clock.length + 24 * deadline.added):
            moment += timedelta(hours=1)
        return moment
    pauses = list(_pauses(dispute, running)) if _may_toll(deadline, running) else []
    if clock.unit in {Unit.CALENDAR_DAY, Unit.BUSINESS_DAY}:
        day, left = here.date(), clock.length + deadline.added
        while left:
            day += DAY
            counts = clock.unit is Unit.CALENDAR_DAY or is_open(day)
            left -= counts and not _stood_still(day, pauses, zone)
        return _end_of(day, zone)
    return _end_of(date.fromisoformat(walk(clock, f"{here:%Y-%m-%d}")), zone)


def _may_toll(deadline: Deadline, running: Running) -> bool:
    """Claims and appeals under the federal claims rules alone stop. Source: 29 CFR 2560.503-1(f)(4), (i)(4)."""
    return running.step is Step.DECIDE and deadline.clock.id.startswith(
        ("FED-CLM", "FED-APL-PRE", "FED-APL-POST")
    )


def _promised(dispute: Dispute, visit: int, asked_at: datetime, zone: ZoneInfo) -> datetime:
    """The end of the day a member was given when asked: to be expedited since takes none of it away."""
    is_urgent = any(at == asked_at and urgent for at, _until, urgent in _asked(dispute, visit))
    return _last_moment(dispute, asked_at, is_urgent, zone)


def _pauses(dispute: Dispute, running: Running) -> Iterator[tuple[datetime, datetime]]:
    """When a clock stood still: until the answer, or the last day for it. An urgent claim's never does.

    What an urgent claim lacks stops no clock, another begins.
    """
    zone = ZoneInfo(dispute.standing.zone)
    for since, until, is_urgent in _asked(dispute, running.visit):
        if until is not None and not is_urgent:
            yield since, min(until, _last_moment(dispute, since, is_urgent, zone))


def _last_moment(dispute: Dispute, asked_at: datetime, is_urgent: bool, zone: ZoneInfo) -> datetime:
    """The end of the last day for an answer: 45 days or 48 hours for a claim, the next day where no law says.

    Source: 29 CFR 2560.503-1(f)(2)(i), (f)(4).
    """
    if dispute.events[0].event.detail["matter"] != Matter.DETERMINATION:
        return _end_of(asked_at.astimezone(zone).date() + DAY, zone)
    if is_urgent:
        return _end_of((asked_at + timedelta(hours=48)).astimezone(zone).date(), zone)
    return _end_of(asked_at.astimezone(zone).date() + 45 * DAY, zone)


def _asked(dispute: Dispute, wanted: int) -> list[tuple[datetime, datetime | None, bool]]:
    """Each time the member was asked for something: since when, until when, and whether it was urgent then."""
    found: list[tuple[datetime, datetime | None, bool]] = []
    visit, is_urgent = 1, False
    for logged in dispute.events:
        event = logged.event
        if event.kind is Kind.ESCALATED:
            visit += 1
        if event.kind is Kind.EXPEDITED or event.detail.get("speed") == Speed.EXPEDITED:
            is_urgent = True
        if visit != wanted:
            continue
        if event.kind is Kind.TOLLED:
            found.append((event.at, None, is_urgent))
        elif found and found[-1][1] is None and event.kind in {Kind.RESUMED, Kind.DECIDED}:
            came = event.detail.get("came_at")
            until = datetime.fromisoformat(str(came)) if came else event.at
            found[-1] = (found[-1][0], until, found[-1][2])
    return found


def _stood_still(day: date, pauses: Sequence[tuple[datetime, datetime]], zone: ZoneInfo) -> bool:
    """Whether the clock stood still when the day ended."""
    end = _end_of(day, zone)
    return any(since < end <= until for since, until in pauses)


def _end_of(day: date, zone: ZoneInfo) -> datetime:
    """The midnight that ends a day."""
    return datetime.combine(day + DAY, time(), zone).astimezone(UTC)


def _silence(dispute: Dispute, now: datetime) -> Iterator[str]:
    """Who had to act was told before, and what the law makes of a miss was written."""
    rows = fetch_all(
        "SELECT visit, step, due_at, met_at, warned_at, missed_at, lapse FROM grievances_clock"
        " WHERE dispute_id = %(id)s AND whose = 'plan' AND due_at <= %(now)s"
        " AND (met_at IS NULL OR met_at >= due_at)",
        {"id": dispute.id, "now": now},
    )
    brought = [
        one.event.at for one in dispute.events if one.event.kind in {Kind.DECIDED, Kind.LAPSED}
    ]
    lapses = [one.event for one in dispute.events if one.event.kind is Kind.LAPSED]
    # A dismissal that is taken back gives the plan no new time: its date may be over by then.
    revived = [one.event.at for one in dispute.events if one.event.kind is Kind.VACATED]
    for row in rows:
        is_told = row.warned_at is not None and row.warned_at < row.due_at
        # A duty that a decision of the last hours brought was never further off than that.
        is_new = any(row.due_at - at <= LONGEST_STEP for at in brought)
        is_revived = any(row.due_at - at <= LONGEST_STEP for at in revived)
        if not is_told and not is_revived and not (row.step == Step.FORWARD and is_new):
            yield f"{row.step} ended at {row.due_at} and nobody was told before ({row.warned_at})"
        if row.missed_at is None:
            yield f"{row.step} was missed and nobody was told"
        if row.step == Step.DECIDE and row.lapse != Lapse.NONE and not lapses:
            yield f"the law's {row.lapse} did not happen"
