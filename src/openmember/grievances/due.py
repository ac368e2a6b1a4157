"""When a step is due: every law that speaks of it, merged.

Of a duty the earliest governs, of a right the latest (`docs/rules`, "Which law applies"). Days are counted
by the rulebook and by `cases.clocks`; this says from when, and which pause and extension count under which law.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from openmember.cases.clocks import rules as clocks
from openmember.cases.clocks.types import Hours
from openmember.cases.clocks.types import Rule as Counted
from openmember.grievances.steps import whose
from openmember.grievances.types import (
    Deadline,
    Lapse,
    Level,
    Pause,
    Rule,
    Running,
    Step,
    Whose,
)
from openmember.rulebook.clocks import get_clock, rulebook
from openmember.rulebook.types import Basis, Clock, Unit

_DAY = timedelta(days=1)
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Began:
    """What starts a step’s clocks: a moment, or the day of a notice and that on which it came."""

    at: datetime
    notice_on: date | None = None
    delivered_on: date | None = None


def running(
    *,
    visit: int,
    level: Level,
    step: Step,
    rules: Sequence[tuple[Rule, Began]],
    zone: str,
    pauses: Sequence[Pause] = (),
    extended_days: int = 0,
    met_at: datetime | None = None,
) -> Running | None:
    """Return a step as all its laws together set it, or None when none of them is in force."""
    found = [
        (rule, began, one)
        for rule, began in rules
        if (one := deadline(rule, began, zone, pauses, extended_days)) is not None
    ]
    if not found:
        return None
    who = whose(step, found[0][0])
    rule, _began, governs = found[0]
    lost: tuple[Deadline, ...] = ()
    if len(found) > 1:
        ranked = sorted(found, key=lambda one: _moment(one[2]), reverse=who is Whose.MEMBER)
        rule, _began, governs = ranked[0]
        lost = tuple(replace(one, why_not=_why_not(governs, one, who)) for _, _, one in ranked[1:])
    return Running(
        visit=visit,
        level=level,
        step=step,
        whose=who,
        governs=governs,
        lost=lost,
        met_at=met_at,
        paused_at=pauses[-1].since if governs.due_at is None and pauses else None,
        lapse=next((rule.lapse for rule, _, _ in found if rule.lapse), Lapse.NONE),
        is_firm=all(_is_firm(rule, began) for rule, began, _ in found),
        stood=_stood(rule, governs.started_at, pauses),
    )


def deadline(
    rule: Rule, began: Began, zone: str, pauses: Iterable[Pause], extended_days: int
) -> Deadline | None:
    """Return what one law says, or None when it was not yet, or no more, the law on the day of the start."""
    started_at = start_of(rule, began, zone)
    day = started_at.astimezone(ZoneInfo(zone)).date()
    clock = _in_force(rule.clock_id, day, rulebook())
    if clock is None:
        return None
    stood = _stood(rule, started_at, pauses)
    added = min(extended_days, rule.added)
    if not stood and not added:
        if clock.unit is Unit.HOUR:
            hours = timedelta(hours=clock.length)
            return Deadline(clock, started_at, started_at.astimezone(UTC) + hours)
        return Deadline(clock, started_at, _plain_due(clock, day, zone))
    due_at = clocks.due_of(
        Counted(clock_id=clock.id), Hours(zone, (), 0, 24), started_at,
        [(one.since, one.until) for one in stood if one.until is not None],
        added * 24 if clock.unit is Unit.HOUR else added,
    )  # fmt: skip
    is_paused = bool(stood) and stood[-1].until is None and stood[-1].since < due_at
    return Deadline(clock, started_at, None if is_paused else due_at, added)


def _stood(rule: Rule, started_at: datetime, pauses: Iterable[Pause]) -> tuple[Pause, ...]:
    """Return the pauses of which a law takes note: each lets its clocks stand for one ground."""
    if not rule.tolls:
        return ()
    return tuple(one for one in pauses if one.since >= started_at and one.ground is rule.tolls)


@lru_cache(maxsize=100_000)
def _in_force(clock_id: str, day: date, _rulebook: object) -> Clock | None:
    clock = get_clock(clock_id, on=day)
    return clock if clock.is_in_force(day) else None


@lru_cache(maxsize=200_000)
def _plain_due(clock: Clock, day: date, zone: str) -> datetime:
    """Return when a clock of days is late that nothing stopped: the hour it began moves no such date."""
    noon = datetime.combine(day, time(12), ZoneInfo(zone))
    return clocks.due_of(Counted(clock_id=clock.id), Hours(zone, (), 0, 24), noon)


def start_of(rule: Rule, began: Began, zone: str) -> datetime:
    """Return the moment a law counts from.

    A notice is presumed to be received so many days after its date; what shows that it came later moves a right
    later, and nothing moves it earlier. Source: 42 CFR 422.582(b), 423.582(b).
    """
    if began.notice_on is None:
        return began.at
    presumed = rule.presumed * _DAY
    day = began.notice_on
    clock = get_clock(rule.clock_id, on=day)
    if clock.basis is Basis.RECEIPT:
        day += presumed
        if began.delivered_on is not None:
            day = max(day, began.delivered_on)
    elif rule.presumed and began.delivered_on is not None:
        day = max(day, began.delivered_on - presumed)
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def last_day(due_at: datetime, zone: str) -> date:
    """Return the last day in time, where the clock was counted."""
    return (due_at - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()


def _is_firm(rule: Rule, began: Began) -> bool:
    if began.notice_on is None or began.delivered_on is not None or rule.presumed > 0:
        return True
    return get_clock(rule.clock_id, on=began.notice_on).basis is not Basis.RECEIPT


def _moment(one: Deadline) -> datetime:
    return one.due_at or _NEVER


def _why_not(governs: Deadline, lost: Deadline, who: Whose) -> str:
    if governs.due_at == lost.due_at:
        return "same"
    return "earlier_right" if who is Whose.MEMBER else "later_duty"
