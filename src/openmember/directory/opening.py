"""Whether a line is answered now, until when, or from when: hours of a zone, without its holidays."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays

from openmember.directory.types import Hours, Line

_DAY = timedelta(days=1)
_MIDNIGHT = 24
# Longer than any run of closed days a calendar could have.
_LOOK_AHEAD_DAYS = 15
FEDERAL = ("",)


@dataclass(frozen=True, slots=True)
class Opening:
    """`until` is when an open line closes; `opens_at` when a closed one opens next. Both in the line's zone.

    A line that is answered day and night has neither. `usual`: typical hours, not promised.
    """

    is_open: bool
    until: datetime | None
    opens_at: datetime | None
    usual: bool


ALWAYS_OPEN = Opening(True, None, None, False)


def opening_of(line: Line, *, moment: datetime, zone: ZoneInfo, states: tuple[str, ...]) -> Opening:
    """Return whether a line is answered at a moment, for a caller whose region has this zone and states.

    The caller's own clock decides nothing: hours run in the line's zone, else in the region's. A region's
    line is closed on the holidays of its states, a line for everybody on the federal ones.
    """
    if line.hours is None:
        return ALWAYS_OPEN
    closed_on = ((line.region and states) or FEDERAL) if line.holidays else ()
    return opening_at(
        line.hours, moment=moment, zone=line.zone or zone, usual=line.usual, closed_on=closed_on
    )


def opening_at(
    hours: Hours, *, moment: datetime, zone: ZoneInfo, usual: bool, closed_on: tuple[str, ...]
) -> Opening:
    """Return whether a moment is within hours of a zone. `closed_on`: whose holidays count, "" is federal."""
    return _opening(hours, usual, moment.astimezone(zone), closed_on)


def _opening(hours: Hours, usual: bool, local: datetime, closed_on: tuple[str, ...]) -> Opening:
    today = local.date()
    if _is_day(hours, today, closed_on) and hours.opens <= local.hour < hours.closes:
        return Opening(True, _at(today, hours.closes, local), None, usual)
    starts = today if local.hour < hours.opens else today + _DAY
    day = next_open_day(hours, starts, closed_on)
    return Opening(False, None, _at(day, hours.opens, local) if day else None, usual)


@lru_cache(maxsize=4096)
def next_open_day(hours: Hours, day: date, closed_on: tuple[str, ...]) -> date | None:
    """Return the first day from this one on that has hours; None where none is near."""
    for _ in range(_LOOK_AHEAD_DAYS):
        if _is_day(hours, day, closed_on):
            return day
        day += _DAY
    return None


@lru_cache(maxsize=4096)
def _is_day(hours: Hours, day: date, closed_on: tuple[str, ...]) -> bool:
    """Return whether a day has hours. A holiday counts where every state of the region has it."""
    if day.weekday() not in hours.days:
        return False
    return not (closed_on and all(day in holidays_of(state, day.year) for state in closed_on))


@lru_cache(maxsize=256)
def holidays_of(state: str, year: int) -> frozenset[date]:
    """Return a state's holidays of a year as observed; the federal ones without a state."""
    return frozenset(holidays.country_holidays("US", subdiv=state or None, years=year))


def _at(day: date, hour: int, local: datetime) -> datetime:
    if hour == _MIDNIGHT:
        day, hour = day + _DAY, 0
    return datetime.combine(day, time(hour), local.tzinfo)
