"""Working time: how much of it lies between two moments, and when so much of it is over."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from openmember.cases.clocks.types import Hours
from openmember.rulebook.calendar import is_business_day

_DAY = timedelta(days=1)
# Nobody promises further ahead than this; a calendar without an open day would be walked for ever.
_DAYS_AT_MOST = 3700


class NeverOpen(ValueError):
    """The hours have no open day within ten years."""


def is_open_on(hours: Hours, day: date) -> bool:
    """Return whether a team works at all on a day."""
    if day.weekday() not in hours.days:
        return False
    if not hours.jurisdiction:
        return True
    # Weekends are a matter of `days`; only the holidays are asked of the calendar.
    return day.weekday() >= 5 or is_business_day(day, hours.jurisdiction)


def window_of(hours: Hours, day: date) -> tuple[datetime, datetime]:
    """Return when a team opens and closes on a day, in UTC; closing is exclusive."""
    return _moment(hours, day, hours.opens), _moment(hours, day, hours.closes)


def windows_from(hours: Hours, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Return the open stretches from a moment on, the first cut to begin no earlier. Errors: NeverOpen."""
    here = moment.astimezone(UTC)
    # A day early: where midnight closes the day before, its stretch can reach into today.
    first = moment.astimezone(hours.tz).date() - _DAY
    found = False
    for count in range(_DAYS_AT_MOST):
        day = first + count * _DAY
        if not is_open_on(hours, day):
            continue
        opens, closes = window_of(hours, day)
        if closes > here:
            found = True
            yield max(opens, here), closes
    if not found:
        raise NeverOpen


def working_between(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """Return how much working time lies between two moments."""
    total, until = timedelta(), end.astimezone(UTC)
    if until <= start.astimezone(UTC):
        return total
    for opens, closes in windows_from(hours, start):
        if opens >= until:
            break
        total += min(closes, until) - opens
    return total


def after_working(hours: Hours, start: datetime, amount: timedelta) -> datetime:
    """Return the moment, in UTC, at which so much working time after a start is over. Errors: NeverOpen."""
    left = amount
    for opens, closes in windows_from(hours, start):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    raise NeverOpen


def is_open_at(hours: Hours, moment: datetime) -> bool:
    """Return whether a team works at a moment."""
    opens, _closes = next(windows_from(hours, moment))
    return opens == moment.astimezone(UTC)


def _moment(hours: Hours, day: date, hour: int) -> datetime:
    if hour == 24:
        day, hour = day + _DAY, 0
    return datetime.combine(day, time(hour), hours.tz).astimezone(UTC)
