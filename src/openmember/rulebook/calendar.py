"""Business days by jurisdiction and the Federal Reserve's banking days. Source: 5 USC 6103; calendars.toml."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

import holidays

from openmember.rulebook.reading import DATA, JURISDICTIONS
from openmember.rulebook.types import BadRulebook, Confidence

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which holidays count in one jurisdiction."""

    jurisdiction: str
    federal: bool
    state: bool
    extra: frozenset[date]
    confidence: Confidence
    note: str


def is_business_day(day: date, jurisdiction: str = "US") -> bool:
    """Return whether a day is Monday to Friday and no holiday, as observed."""
    return day.weekday() < _SATURDAY and day not in _holidays(day.year, jurisdiction)


def next_business_day(day: date, jurisdiction: str = "US") -> date:
    """Return the day itself when it is a business day, else the next one."""
    return _first(day, _DAY, lambda d: is_business_day(d, jurisdiction))


def business_days_after(day: date, count: int, jurisdiction: str = "US") -> date:
    """Return the business day that is `count` after a day, which is not counted itself."""
    return _count(day, count, _DAY, lambda d: is_business_day(d, jurisdiction))


def business_days_before(day: date, count: int, jurisdiction: str = "US") -> date:
    """Return the business day that is `count` before a day, which is not counted itself."""
    return _count(day, count, -_DAY, lambda d: is_business_day(d, jurisdiction))


def is_banking_day(day: date) -> bool:
    """Return whether the Federal Reserve Banks are open.

    A holiday on a Saturday does not close them on the Friday before; one on a Sunday closes them on Monday.
    """
    return day.weekday() < _SATURDAY and day not in _bank_holidays(day.year)


def next_banking_day(day: date) -> date:
    """Return the day itself when it is a banking day, else the next one."""
    return _first(day, _DAY, is_banking_day)


def banking_days_after(day: date, count: int) -> date:
    """Return the banking day that is `count` after a day, which is not counted itself."""
    return _count(day, count, _DAY, is_banking_day)


def _first(day: date, step: timedelta, is_open: Callable[[date], bool]) -> date:
    while not is_open(day):
        day += step
    return day


def _count(day: date, count: int, step: timedelta, is_open: Callable[[date], bool]) -> date:
    for _ in range(count):
        day = _first(day + step, step, is_open)
    return day


@lru_cache(maxsize=512)
def _holidays(year: int, jurisdiction: str) -> frozenset[date]:
    calendar = _calendars()[jurisdiction]
    found: set[date] = set()
    if calendar.federal:
        found |= set(holidays.country_holidays("US", years=year))
    if calendar.state:
        found |= set(holidays.country_holidays("US", subdiv=jurisdiction, years=year))
    return frozenset(found | calendar.extra)


@lru_cache(maxsize=64)
def _bank_holidays(year: int) -> frozenset[date]:
    actual = holidays.country_holidays("US", years=year, observed=False)
    # December 31 is never one: a New Year's Day on a Saturday leaves the Friday open.
    return frozenset(day + _DAY if day.weekday() > _SATURDAY else day for day in actual)


@lru_cache(maxsize=1)
def _calendars() -> dict[str, Calendar]:
    return read_calendars(DATA / "calendars.toml")


def read_calendars(path: Path) -> dict[str, Calendar]:
    """Return the calendars of a file. Errors: BadRulebook naming the table and the key."""
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    if set(tables) != JURISDICTIONS:
        odd = ", ".join(sorted(set(tables) ^ JURISDICTIONS))
        raise BadRulebook(f"{path.name}: unknown or missing jurisdictions: {odd}")
    return {name: _calendar(path.name, name, table) for name, table in tables.items()}


def _calendar(file: str, name: str, table: dict[str, object]) -> Calendar:
    odd = {"federal", "state", "extra", "confidence"} ^ set(table) - {"note"}
    if odd:
        raise BadRulebook(f"{file}, [{name}]: unknown or missing: {', '.join(sorted(odd))}")
    federal, state, extra = table["federal"], table["state"], table["extra"]
    if not isinstance(federal, bool) or not isinstance(state, bool):
        raise BadRulebook(f"{file}, [{name}]: federal and state are true or false")
    if not isinstance(extra, list) or not all(isinstance(day, date) for day in extra):
        raise BadRulebook(f"{file}, [{name}], extra: is not a list of dates")
    try:
        confidence = Confidence(str(table["confidence"]))
    except ValueError:
        raise BadRulebook(f"{file}, [{name}], confidence: not a word of confidence") from None
    return Calendar(name, federal, state, frozenset(extra), confidence, str(table.get("note", "")))
