"""From a start and a clock to its last day or moment. Decides nothing about which law applies.

The day that starts a clock is not counted, the last one is. Hours run on through nights, weekends and
changes of the clock. Source: 29 CFR 2560.503-1; 45 CFR 147.136(d)(2)(i) for months without the day.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from openmember.rulebook.calendar import (
    business_days_after,
    business_days_before,
    next_business_day,
)
from openmember.rulebook.types import BadStart, Clock, Due, Roll, Unit

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2})?) ([A-Za-z][A-Za-z0-9_+/-]*)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def run(clock: Clock, start: str) -> Due:
    """Return when a clock that starts so runs out.

    Shape:  `start` is `2026-01-15`, `2026-10-31T10:00 America/Los_Angeles`, or for Medicare premium grace
            `UNPAID-MONTH/REQUESTED-ON`. A moment given to a clock of days counts as its day.
    Errors: BadStart.
    """
    text = start.strip()
    try:
        if clock.unit is Unit.HOUR:
            at = hours_after(moment_of(text), clock.length)
            return Due(clock, text, on=at.date(), at=at)
        if clock.unit is Unit.NOON_NEXT_DAY:
            return _noon(clock, text)
        if clock.unit is Unit.MA_GRACE_MONTH:
            first, last = medicare_grace(*_unpaid_and_requested(text), clock.length)
            return Due(clock, text, on=last, first=first)
        return Due(clock, text, on=last_day(clock, day_of(text)))
    except OverflowError:
        raise BadStart(f"{text}: that is beyond the calendar.") from None


def last_day(clock: Clock, day: date) -> date:
    """Return the last day of a clock that counts days, months or years. Errors: BadStart."""
    count = _COUNTED.get(clock.unit)
    if count is None:
        raise BadStart(f"{clock.id} runs from more than a day: see `openmember clock show`.")
    found = count(day, clock.length, clock.jurisdiction)
    if clock.roll is Roll.NEXT_BUSINESS_DAY:
        return next_business_day(found, clock.jurisdiction)
    return found


def months_after(day: date, count: int) -> date:
    """Return the same day of a later month; where that month has no such day, the first of the next."""
    months = day.year * 12 + day.month - 1 + count
    year, month = divmod(months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError
    if day.day <= monthrange(year, month + 1)[1]:
        return date(year, month + 1, day.day)
    return months_after(day.replace(day=1), count + 1)


def end_of_month(day: date) -> date:
    """Return the last day of a day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def hours_after(moment: datetime, count: int) -> datetime:
    """Return the moment so many hours later, in the same zone. Counted in UTC, so no clock change counts."""
    return (moment.astimezone(UTC) + timedelta(hours=count)).astimezone(moment.tzinfo)


def medicare_grace(unpaid: date, requested: date, months: int) -> tuple[date, date]:
    """Return the first and last day of grace. Source: 42 CFR 422.74(d)(1)(i)(B).

    It starts with the later of the first unpaid month and the month after payment was requested.
    """
    first = max(unpaid.replace(day=1), months_after(requested.replace(day=1), 1))
    return first, end_of_month(months_after(first, months - 1))


def day_of(text: str) -> date:
    """Return a day, or the day of a moment where it happened. Errors: BadStart."""
    if _MOMENT.fullmatch(text):
        return moment_of(text).date()
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        raise BadStart(f"{text} is not a day of the calendar.") from None
    raise BadStart(f"{text!r} is not a start: give a day such as 2026-01-15.")


def moment_of(text: str) -> datetime:
    """Return a moment in its zone. Errors: BadStart, also for one that a clock change left out."""
    match = _MOMENT.fullmatch(text)
    if match is None:
        raise BadStart(
            f"{text!r} is not a moment: give one such as 2026-10-31T10:00 America/Los_Angeles."
        )
    try:
        zone = ZoneInfo(match[2])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadStart(f"{match[2]} is not a time zone.") from None
    try:
        # Of an hour that comes twice the first is meant: what the plan owes is due by it at the latest.
        moment = datetime.fromisoformat(match[1]).replace(tzinfo=zone)
    except ValueError:
        raise BadStart(f"{match[1]} is not a moment of the calendar.") from None
    if not _was(moment):
        raise BadStart(f"{text} never was: the clocks went forward over it.")
    return moment


def _was(moment: datetime) -> bool:
    """Return whether clocks of the zone ever showed this. Errors: BadStart at the calendar's very ends."""
    try:
        there = moment.astimezone(UTC).astimezone(moment.tzinfo)
    except OverflowError:
        raise BadStart(f"{moment:%Y-%m-%d}: that is beyond the calendar.") from None
    return there.replace(tzinfo=None) == moment.replace(tzinfo=None)


# Each by day, length and jurisdiction.
_COUNTED: dict[Unit, Callable[[date, int, str], date]] = {
    Unit.CALENDAR_DAY: lambda day, length, _: day + timedelta(days=length),
    Unit.BUSINESS_DAY: business_days_after,
    Unit.CALENDAR_MONTH: lambda day, length, _: months_after(day, length),
    Unit.CALENDAR_YEAR: lambda day, length, _: months_after(day, 12 * length),
    Unit.GRACE_MONTH: lambda day, length, _: end_of_month(
        months_after(day.replace(day=1), length - 1)
    ),
    Unit.CALENDAR_DAY_BEFORE: lambda day, length, _: day - timedelta(days=length),
    Unit.BUSINESS_DAY_BEFORE: business_days_before,
    Unit.CALENDAR_DAY_THEN_NEXT_BUSINESS_DAY: lambda day, length, place: business_days_after(
        day + timedelta(days=length), 1, place
    ),
}


def _noon(clock: Clock, text: str) -> Due:
    day = day_of(text) + timedelta(days=clock.length)
    zone = moment_of(text).tzinfo if _MOMENT.fullmatch(text) else None
    return Due(clock, text, on=day, at=datetime.combine(day, time(12), zone))


def _unpaid_and_requested(text: str) -> tuple[date, date]:
    unpaid, slash, requested = text.partition("/")
    if not slash:
        raise BadStart(f"{text!r}: give UNPAID-MONTH/REQUESTED-ON, such as 2026-03-01/2026-02-10.")
    return day_of(unpaid), day_of(requested)
