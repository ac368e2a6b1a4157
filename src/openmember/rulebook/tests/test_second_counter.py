"""Every clock again, counted day by day and hour by hour by code that shares nothing with the rulebook's.

The first counter reckons; this one walks. Its holidays are the statute’s words (5 USC 6103), not a library’s.
"""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from openmember.rulebook.clocks import due, list_clocks, list_rows
from openmember.rulebook.types import Clock, Roll, Unit

CASES = 100_000
SEED = 20261129
DAY = timedelta(days=1)
ZONES = (
    "America/Los_Angeles", "America/Denver", "America/New_York", "Pacific/Honolulu", "America/Chicago",
)  # fmt: skip
# Days near which counting goes wrong: leap days, ends of months and years, and holidays with weekends.
AWKWARD = (
    date(2024, 2, 29), date(2028, 2, 28), date(2025, 12, 31), date(2026, 1, 31), date(2026, 7, 3),
    date(2027, 12, 24), date(2026, 11, 26), date(2021, 12, 31), date(2026, 3, 8), date(2026, 11, 1),
    date(2032, 2, 29), date(2022, 1, 1), date(2027, 7, 5), date(2023, 11, 10), date(2028, 12, 30),
)  # fmt: skip


def test_a_second_counter_agrees_on_a_hundred_thousand_cases():
    chance = random.Random(SEED)
    rows = [row for clock in list_clocks() for row in list_rows(clock.id)]
    counted = {row.unit for row in rows}

    for _ in range(CASES):
        clock = chance.choice(rows)
        start = draw_start(clock, chance)
        expected = walk(in_force(clock.id, start), start)
        found = due(clock.id, start).notation
        assert found == expected, (clock.id, clock.unit, start)

    assert counted == set(WALKS), "a unit nobody counts a second time"


def draw_start(clock: Clock, chance: random.Random) -> str:
    if clock.unit is Unit.MA_GRACE_MONTH:
        return f"{draw_day(chance).replace(day=1)}/{draw_day(chance)}"
    day = draw_day(chance)
    if clock.unit is not Unit.HOUR and chance.random() < 0.8:
        return str(day)
    zone = chance.choice(ZONES)
    while True:
        moment = datetime.combine(day, datetime.min.time(), ZoneInfo(zone)) + timedelta(
            minutes=chance.randrange(24 * 60)
        )
        # An hour that the clocks of the place went forward over is no start.
        if moment.astimezone(UTC).astimezone(moment.tzinfo).time() == moment.time():
            return f"{moment:%Y-%m-%dT%H:%M} {zone}"


def draw_day(chance: random.Random) -> date:
    if chance.random() < 0.4:
        return chance.choice(AWKWARD) + chance.randint(-3, 3) * DAY
    return date(2021, 1, 1) + chance.randrange(12 * 365) * DAY


def in_force(clock_id: str, start: str) -> Clock:
    """The row of the day the clock started, or the nearest to it."""
    day = date.fromisoformat(start[:10])
    return min(list_rows(clock_id), key=lambda row: days_outside(row, day))


def days_outside(row: Clock, day: date) -> int:
    before = (row.effective_from - day).days if row.effective_from else 0
    after = (day - row.effective_to).days if row.effective_to else 0
    return max(before, after, 0)


def walk(clock: Clock, start: str) -> str:
    return WALKS[clock.unit](clock, start)


def walk_hours(clock: Clock, start: str) -> str:
    """Real hours, one at a time, and what the clock of the place then shows."""
    wall, zone = start.split(" ")
    moment = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    for _ in range(clock.length):
        moment += timedelta(hours=1)
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M} {zone}"


def walk_noon(clock: Clock, start: str) -> str:
    _day, _space, zone = start.partition(" ")
    return f"{day_of(start) + clock.length * DAY}T12:00 {zone}".strip()


def walk_days(step: int, counts: Callable[[date], bool]) -> Callable[[Clock, str], str]:
    def count(clock: Clock, start: str) -> str:
        day, left = day_of(start), clock.length
        while left:
            day += step * DAY
            left -= counts(day)
        return rolled(clock, day)

    return count


def walk_then_open(clock: Clock, start: str) -> str:
    day = day_of(start)
    for _ in range(clock.length):
        day += DAY
    day += DAY
    while not is_open(day):
        day += DAY
    return rolled(clock, day)


def walk_months(months_a_unit: int) -> Callable[[Clock, str], str]:
    """From month to month by the calendar; a day that the last of them lacks is the first of the next."""

    def count(clock: Clock, start: str) -> str:
        begun = day_of(start)
        first = begun.replace(day=1)
        for _ in range(clock.length * months_a_unit):
            first = next_month(first)
        day = first
        for _ in range(begun.day - 1):
            day += DAY
            if day.month != first.month:
                break
        return rolled(clock, day)

    return count


def walk_grace(clock: Clock, start: str) -> str:
    return str(end_of_months(day_of(start).replace(day=1), clock.length))


def walk_medicare_grace(clock: Clock, start: str) -> str:
    unpaid, _slash, requested = start.partition("/")
    asked_for = next_month(date.fromisoformat(requested).replace(day=1))
    first = max(date.fromisoformat(unpaid).replace(day=1), asked_for)
    return f"{first} to {end_of_months(first, clock.length)}"


def end_of_months(first: date, count: int) -> date:
    for _ in range(count):
        first = next_month(first)
    return first - DAY


def next_month(first: date) -> date:
    day = first + DAY
    while day.day != 1:
        day += DAY
    return day


def rolled(clock: Clock, day: date) -> str:
    while clock.roll is Roll.NEXT_BUSINESS_DAY and not is_open(day):
        day += DAY
    return str(day)


def day_of(start: str) -> date:
    return date.fromisoformat(start[:10])


@cache
def is_open(day: date) -> bool:
    """Whether federal offices are open: 5 USC 6103(a) and (b). No state's calendar closes more days yet."""
    if day.isoweekday() > 5:
        return False
    friday, monday = day.isoweekday() == 5, day.isoweekday() == 1
    observed = [day, *([day + DAY] if friday else []), *([day - DAY] if monday else [])]
    return not any(
        is_fixed(one) for one in observed if one == day or one.isoweekday() > 5
    ) and not is_floating(day)


def is_fixed(day: date) -> bool:
    return (day.month, day.day) in {(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)}


def is_floating(day: date) -> bool:
    nth = (day.day - 1) // 7 + 1
    is_last = (day + 7 * DAY).month != day.month
    match (day.month, day.isoweekday()):
        case (1, 1) | (2, 1):
            return nth == 3
        case (5, 1):
            return is_last
        case (9, 1):
            return nth == 1
        case (10, 1):
            return nth == 2
        case (11, 4):
            return nth == 4
    return False


WALKS: dict[Unit, Callable[[Clock, str], str]] = {
    Unit.HOUR: walk_hours,
    Unit.NOON_NEXT_DAY: walk_noon,
    Unit.CALENDAR_DAY: walk_days(1, lambda day: True),
    Unit.BUSINESS_DAY: walk_days(1, is_open),
    Unit.CALENDAR_DAY_BEFORE: walk_days(-1, lambda day: True),
    Unit.BUSINESS_DAY_BEFORE: walk_days(-1, is_open),
    Unit.CALENDAR_DAY_THEN_NEXT_BUSINESS_DAY: walk_then_open,
    Unit.CALENDAR_MONTH: walk_months(1),
    Unit.CALENDAR_YEAR: walk_months(12),
    Unit.GRACE_MONTH: walk_grace,
    Unit.MA_GRACE_MONTH: walk_medicare_grace,
}
