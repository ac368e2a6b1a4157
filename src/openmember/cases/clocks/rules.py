"""What the events of a clock come to. No database, no now, and never the viewer's zone.

Days are counted by the rulebook's arithmetic; this only says how many of them a pause gives back.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from openmember.cases.clocks.business import after_working, working_between
from openmember.cases.clocks.types import ClockEvent, ClockEventKind, ClockState, Hours, Rule, Unit
from openmember.rulebook import arithmetic
from openmember.rulebook.calendar import is_business_day
from openmember.rulebook.clocks import get_clock
from openmember.rulebook.types import Basis, Clock, ClockActor, Confidence, Roll
from openmember.rulebook.types import Unit as LegalUnit

_DAY = timedelta(days=1)
_HOURS = {LegalUnit.HOUR}
_COUNTED = {LegalUnit.CALENDAR_DAY, LegalUnit.BUSINESS_DAY}
_BY_CALENDAR = {
    LegalUnit.CALENDAR_MONTH,
    LegalUnit.CALENDAR_YEAR,
    LegalUnit.CALENDAR_DAY_THEN_NEXT_BUSINESS_DAY,
}


class BadClock(ValueError):
    """The events make no clock: a pause before a start, say, or a rule that cannot run from a moment."""


@dataclass(frozen=True, slots=True)
class _Run:
    """A clock from its start: the stretches in which it stood still, the last perhaps without an end."""

    started_at: datetime
    hours: Hours
    rules: tuple[tuple[Rule, bool], ...]
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    added: int = 0
    stopped_at: datetime | None = None


def clock_state(events: Iterable[ClockEvent]) -> ClockState | None:
    """Return what a clock's events come to, or None when none started it. Errors: BadClock.

    Shape: the events in the order in which they were written. A start, also of one that runs, begins anew.
    """
    run: _Run | None = None
    for event in events:
        run = _after(run, event)
    return _state(run) if run else None


def due_of(
    rule: Rule,
    hours: Hours,
    started_at: datetime,
    pauses: Iterable[tuple[datetime, datetime]] = (),
    added: int = 0,
) -> datetime:
    """Return the first moment at which a rule that started then, and stood still so, is late, in UTC.

    A pause that begins after the clock has run out gives nothing back. Errors: BadClock.
    """
    if rule.unit is Unit.BUSINESS_HOUR:
        return _counted_time(
            timedelta(hours=rule.length + added),
            started_at,
            pauses,
            lambda a, b: working_between(hours, a, b),
            lambda a, left: after_working(hours, a, left),
        )
    clock = clock_of(rule, hours, started_at)
    if clock.unit in _HOURS:
        return _counted_time(
            timedelta(hours=clock.length + added),
            started_at,
            pauses,
            lambda a, b: b - a,
            lambda a, left: a.astimezone(UTC) + left,
        )
    if clock.unit in _COUNTED:
        return _end_of(_counted_days(clock, added, hours, started_at, pauses), hours)
    if clock.unit in _BY_CALENDAR:
        return _end_of(_calendar_days(clock, added, hours, started_at, pauses), hours)
    if clock.unit is LegalUnit.NOON_NEXT_DAY:
        return _noon(clock, added, hours, started_at, pauses)
    raise BadClock(f"{clock.id} cannot be the clock of a case: it counts {clock.unit}")


def clock_of(rule: Rule, hours: Hours, started_at: datetime) -> Clock:
    """Return the rule as a clock of the rulebook: its own, or one made of a promise of ours."""
    if rule.clock_id:
        return get_clock(rule.clock_id, on=started_at.astimezone(hours.tz).date())
    if rule.unit is None or rule.length < 1:
        raise BadClock("a promise is so many units, one at least")
    return Clock(
        id="promise", jurisdiction=hours.jurisdiction or "US", coverage="", kind="promise",
        step="", actor=ClockActor.PLAN, length=rule.length, unit=LegalUnit(rule.unit.value),
        basis=Basis.RECEIPT, roll=Roll.NONE, extension="", citation="", confidence=Confidence.VERIFIED,
        source="", effective_from=None, effective_to=None, note="",
    )  # fmt: skip


def _after(run: _Run | None, event: ClockEvent) -> _Run:
    if event.kind is ClockEventKind.STARTED:
        if event.rule is None or event.hours is None:
            raise BadClock("a start names its rule and its hours")
        return _Run(event.at, event.hours, ((event.rule, False),))
    if run is None or run.stopped_at is not None:
        raise BadClock(f"{event.kind} of a clock that does not run")
    return _STEPS[event.kind](run, event)


def _pause(run: _Run, event: ClockEvent) -> _Run:
    if _is_paused(run):
        raise BadClock("a clock that stands still is paused again")
    return replace(run, pauses=(*run.pauses, (event.at, None)))


def _resume(run: _Run, event: ClockEvent) -> _Run:
    if not _is_paused(run):
        raise BadClock("a clock that runs is resumed")
    (since, _), *_rest = run.pauses[-1:]
    return replace(run, pauses=(*run.pauses[:-1], (since, max(since, event.at))))


def _change(run: _Run, event: ClockEvent) -> _Run:
    if event.rule is None:
        raise BadClock("a change names its rule")
    return replace(run, rules=(*run.rules, (event.rule, event.loosens)))


_STEPS: dict[ClockEventKind, Callable[[_Run, ClockEvent], _Run]] = {
    ClockEventKind.PAUSED: _pause,
    ClockEventKind.RESUMED: _resume,
    ClockEventKind.CHANGED: _change,
    ClockEventKind.EXTENDED: lambda run, event: replace(run, added=run.added + event.added),
    ClockEventKind.STOPPED: lambda run, event: replace(run, stopped_at=event.at),
}


def _is_paused(run: _Run) -> bool:
    return bool(run.pauses) and run.pauses[-1][1] is None


def _state(run: _Run) -> ClockState:
    over = [(since, until) for since, until in run.pauses if until is not None]
    due: datetime | None = None
    for rule, loosens in run.rules:
        found = due_of(rule, run.hours, run.started_at, over, run.added)
        # A promise that was made does not move later because the policy did.
        due = found if due is None or loosens else min(due, found)
    since = run.pauses[-1][0] if _is_paused(run) else None
    if since is not None and due is not None and due > since:
        due = None
    return ClockState(
        rule=run.rules[-1][0],
        hours=run.hours,
        started_at=run.started_at,
        due_at=due,
        paused_at=since,
        stopped_at=run.stopped_at,
        paused_for=sum((until - since for since, until in over), timedelta()),
    )


def _counted_time(
    length: timedelta,
    started_at: datetime,
    pauses: Iterable[tuple[datetime, datetime]],
    used_between: Callable[[datetime, datetime], timedelta],
    over_after: Callable[[datetime, timedelta], datetime],
) -> datetime:
    left, here = length, started_at
    for since, until in pauses:
        used = used_between(here, since)
        if used >= left:
            break
        left, here = left - used, until
    return over_after(here, left)


def _counted_days(
    clock: Clock,
    added: int,
    hours: Hours,
    started_at: datetime,
    pauses: Iterable[tuple[datetime, datetime]],
) -> date:
    """Return the last day. A day counts unless the clock stood still at its end; the first never does."""
    left, after = clock.length + added, started_at.astimezone(hours.tz).date()
    last = arithmetic.last_day(replace(clock, length=left), after)
    for since, until in pauses:
        stood, went = since.astimezone(hours.tz).date(), until.astimezone(hours.tz).date()
        if stood > last:
            break
        left -= _count(clock, after, stood - _DAY)
        after = max(after, went - _DAY)
        last = max(arithmetic.last_day(replace(clock, length=max(left, 0)), after), went)
    return last


def _calendar_days(
    clock: Clock,
    added: int,
    hours: Hours,
    started_at: datetime,
    pauses: Iterable[tuple[datetime, datetime]],
) -> date:
    last = arithmetic.last_day(clock, started_at.astimezone(hours.tz).date()) + added * _DAY
    for since, until in pauses:
        stood, went = since.astimezone(hours.tz).date(), until.astimezone(hours.tz).date()
        if stood > last:
            break
        last += went - stood
    return last


def _noon(
    clock: Clock,
    added: int,
    hours: Hours,
    started_at: datetime,
    pauses: Iterable[tuple[datetime, datetime]],
) -> datetime:
    last = started_at.astimezone(hours.tz).date() + (clock.length + added) * _DAY
    for since, until in pauses:
        last += until.astimezone(hours.tz).date() - since.astimezone(hours.tz).date()
    return datetime.combine(last, time(12), hours.tz).astimezone(UTC)


def _count(clock: Clock, after: date, until: date) -> int:
    days = (until - after).days if until > after else 0
    if clock.unit is LegalUnit.CALENDAR_DAY:
        return days
    return sum(is_business_day(after + n * _DAY, clock.jurisdiction) for n in range(1, days + 1))


def _end_of(day: date, hours: Hours) -> datetime:
    return datetime.combine(day + _DAY, time(), hours.tz).astimezone(UTC)
