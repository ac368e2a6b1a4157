"""Promises in time: pauses, changes of policy, clock changes and holidays; whose zone looks never matters."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from openmember.cases.clocks.business import after_working, is_open_on, working_between
from openmember.cases.clocks.rules import BadClock, clock_state, due_of
from openmember.cases.clocks.types import ClockEvent, ClockEventKind, Hours, Rule, Unit
from openmember.rulebook import arithmetic
from openmember.rulebook.calendar import is_business_day
from openmember.rulebook.clocks import get_clock, list_clocks
from openmember.rulebook.types import Unit as LegalUnit

K = ClockEventKind
A_GRACE = next(one.id for one in list_clocks() if one.unit is LegalUnit.GRACE_MONTH)
PACIFIC = "America/Los_Angeles"
WEEK = Hours(PACIFIC, (0, 1, 2, 3, 4), 8, 18, "CA")
ALWAYS = Hours(PACIFIC, (0, 1, 2, 3, 4, 5, 6), 0, 24, "")


def at(text: str, zone: str = PACIFIC) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def started(when: datetime, rule: Rule, hours: Hours = WEEK) -> ClockEvent:
    return ClockEvent(when, K.STARTED, rule=rule, hours=hours)


def due(*events: ClockEvent) -> datetime | None:
    state = clock_state(events)
    return state.due_at if state else None


@pytest.mark.parametrize(
    ("start", "rule", "hours", "expected"),
    [
        # Friday 4 pm: two hours today, two on Monday.
        ("2026-11-20T16:00", Rule(length=4, unit=Unit.BUSINESS_HOUR), WEEK, "2026-11-23T10:00"),
        # Over Thanksgiving: Wednesday 5 pm, Thursday is a holiday.
        ("2026-11-25T17:00", Rule(length=2, unit=Unit.BUSINESS_HOUR), WEEK, "2026-11-27T09:00"),
        # Until the end of the second business day.
        ("2026-11-25T17:00", Rule(length=2, unit=Unit.BUSINESS_DAY), WEEK, "2026-12-01T00:00"),
        # The night in which the clocks go back has an hour more, and one in which they go forward one less.
        ("2026-10-31T22:00", Rule(length=8, unit=Unit.HOUR), WEEK, "2026-11-01T05:00"),
        ("2026-03-07T22:00", Rule(length=8, unit=Unit.HOUR), WEEK, "2026-03-08T07:00"),
        ("2026-10-31T22:00", Rule(length=8, unit=Unit.BUSINESS_HOUR), ALWAYS, "2026-11-01T05:00"),
        # A clock of the law: 72 hours, and 30 days to the end of the last.
        ("2026-10-31T10:00", Rule(clock_id="RX-EXC-STD"), WEEK, "2026-11-03T09:00"),
        ("2026-12-05T10:00", Rule(clock_id="CA-GRV-DEC"), WEEK, "2027-01-05T00:00"),
        # A leap day is a day.
        ("2028-02-27T10:00", Rule(length=3, unit=Unit.CALENDAR_DAY), WEEK, "2028-03-02T00:00"),
    ],
)
def test_a_promise_ends_when_it_says(start, rule, hours, expected):
    assert due(started(at(start), rule, hours)) == at(expected)


def test_working_time_stands_still_while_a_clock_is_paused():
    events = [
        started(at("2026-11-30T10:00"), Rule(length=4, unit=Unit.BUSINESS_HOUR)),
        ClockEvent(at("2026-11-30T11:00"), K.PAUSED),
    ]
    assert due(*events) is None

    events.append(ClockEvent(at("2026-12-02T09:00"), K.RESUMED))

    assert due(*events) == at("2026-12-02T12:00")


def test_a_day_counts_unless_the_clock_stood_still_at_its_end():
    rule = Rule(length=3, unit=Unit.BUSINESS_DAY)
    monday = started(at("2026-11-30T10:00"), rule)

    same_day = due(
        monday,
        ClockEvent(at("2026-12-01T09:00"), K.PAUSED),
        ClockEvent(at("2026-12-01T17:00"), K.RESUMED),
    )
    over_night = due(
        monday,
        ClockEvent(at("2026-12-01T09:00"), K.PAUSED),
        ClockEvent(at("2026-12-02T09:00"), K.RESUMED),
    )

    assert due(monday) == same_day == at("2026-12-04T00:00")
    assert over_night == at("2026-12-05T00:00")


def test_a_pause_after_it_has_run_out_makes_nothing_good():
    late = at("2026-12-01T09:00")
    events = [
        started(at("2026-11-30T10:00"), Rule(length=4, unit=Unit.BUSINESS_HOUR)),
        ClockEvent(late, K.PAUSED),
    ]

    assert due(*events) == at("2026-11-30T14:00")
    assert clock_state(events).is_late(late)
    assert due(*events, ClockEvent(late + timedelta(days=3), K.RESUMED)) == at("2026-11-30T14:00")


def test_a_stricter_policy_counts_and_a_looser_one_moves_no_promise():
    start = started(at("2026-11-30T10:00"), Rule(length=3, unit=Unit.BUSINESS_DAY))
    stricter = ClockEvent(
        at("2026-12-01T10:00"), K.CHANGED, rule=Rule(length=1, unit=Unit.BUSINESS_DAY)
    )
    looser = ClockEvent(
        at("2026-12-01T10:00"), K.CHANGED, rule=Rule(length=9, unit=Unit.BUSINESS_DAY)
    )
    agreed = ClockEvent(
        at("2026-12-01T10:00"), K.CHANGED, rule=Rule(length=9, unit=Unit.BUSINESS_DAY), loosens=True
    )

    assert due(start, stricter) == at("2026-12-02T00:00")
    assert due(start, looser) == due(start) == at("2026-12-04T00:00")
    assert due(start, agreed) == at("2026-12-12T00:00")


def test_a_stopped_clock_was_met_or_not():
    start = started(at("2026-11-30T10:00"), Rule(length=2, unit=Unit.HOUR))

    met = clock_state([start, ClockEvent(at("2026-11-30T11:59"), K.STOPPED)])
    late = clock_state([start, ClockEvent(at("2026-11-30T12:00"), K.STOPPED)])

    assert (met.was_met, late.was_met) == (True, False)


def test_a_start_begins_anew():
    first = started(at("2026-11-30T10:00"), Rule(length=3, unit=Unit.BUSINESS_DAY))
    again = started(at("2026-12-01T10:00"), Rule(length=2, unit=Unit.HOUR))

    assert due(first, again) == at("2026-12-01T12:00")


@pytest.mark.parametrize(
    "events",
    [
        [ClockEvent(at("2026-11-30T10:00"), K.PAUSED)],
        [ClockEvent(at("2026-11-30T10:00"), K.STARTED)],
        [
            started(at("2026-11-30T10:00"), Rule(length=1, unit=Unit.HOUR)),
            ClockEvent(at("2026-11-30T10:10"), K.RESUMED),
        ],
        [
            started(at("2026-11-30T10:00"), Rule(length=1, unit=Unit.HOUR)),
            ClockEvent(at("2026-11-30T10:10"), K.STOPPED),
            ClockEvent(at("2026-11-30T10:20"), K.PAUSED),
        ],
        [started(at("2026-11-30T10:00"), Rule(clock_id=A_GRACE))],
    ],
)
def test_events_that_make_no_clock_are_refused(events):
    with pytest.raises(BadClock):
        clock_state(events)


# Facts that hold whatever happens.

ZONES = st.sampled_from([PACIFIC, "America/New_York", "Pacific/Honolulu", "America/Denver"])
HOURS = st.builds(
    lambda zone, opens, length, weekend, holidays: Hours(
        zone, (0, 1, 2, 3, 4, 5, 6) if weekend else (0, 1, 2, 3, 4), opens, min(24, opens + length),
        "CA" if holidays else "",
    ),
    ZONES, st.integers(0, 20), st.integers(1, 24), st.booleans(), st.booleans(),
)  # fmt: skip
MOMENTS = st.integers(1_735_689_600, 1_861_920_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
RULES = st.one_of(
    st.builds(Rule, length=st.integers(1, 60), unit=st.sampled_from(list(Unit))),
    st.sampled_from(["CA-GRV-DEC", "RX-EXC-STD", "CA-UM-STD", "MA-OD-PA", "PA57-EXP", "HIPAA-ACCESS"]).map(
        lambda clock: Rule(clock_id=clock)
    ),
)  # fmt: skip
GAPS = st.lists(st.integers(0, 400_000), max_size=8)
LOOKERS = st.sampled_from(["UTC", "Asia/Tokyo", "America/St_Johns", "Pacific/Honolulu"])


def a_life(start: datetime, rule: Rule, hours: Hours, gaps: list[int]) -> list[ClockEvent]:
    """Return a start and then pauses and resumptions, the gaps' seconds apart."""
    events, here = [started(start, rule, hours)], start
    for count, gap in enumerate(gaps):
        here += timedelta(seconds=gap)
        events.append(ClockEvent(here, K.RESUMED if count % 2 else K.PAUSED))
    return events


@given(MOMENTS, RULES, HOURS, GAPS, LOOKERS)
def test_the_zone_of_whoever_looks_decides_nothing(start, rule, hours, gaps, looker):
    events = a_life(start, rule, hours, gaps)
    elsewhere = [
        ClockEvent(one.at.astimezone(ZoneInfo(looker)), one.kind, one.rule, one.hours)
        for one in events
    ]

    assert due(*events) == due(*elsewhere)


@given(MOMENTS, RULES, HOURS, GAPS)
def test_a_pause_never_brings_the_end_nearer(start, rule, hours, gaps):
    whole = gaps if len(gaps) % 2 == 0 else gaps[:-1]
    paused = due(*a_life(start, rule, hours, whole))

    assert paused >= due(started(start, rule, hours))


@given(MOMENTS, RULES, HOURS, st.integers(0, 2_000_000))
def test_a_pause_of_no_time_changes_nothing(start, rule, hours, after):
    here = start + timedelta(seconds=after)
    plain = started(start, rule, hours)

    assert due(plain, ClockEvent(here, K.PAUSED), ClockEvent(here, K.RESUMED)) == due(plain)


@given(MOMENTS, HOURS, st.integers(1, 60), GAPS)
def test_exactly_the_promised_working_time_runs_before_the_end(start, hours, length, gaps):
    whole = gaps if len(gaps) % 2 == 0 else gaps[:-1]
    events = a_life(start, Rule(length=length, unit=Unit.BUSINESS_HOUR), hours, whole)
    end = due(*events)

    ran, here = timedelta(), start
    for paused, resumed in zip(events[1::2], events[2::2], strict=True):
        ran += working_between(hours, here, min(paused.at, end))
        here = max(here, resumed.at) if paused.at < end else end
    ran += working_between(hours, here, end)

    assert ran == timedelta(hours=length)


@given(MOMENTS, HOURS, st.integers(1, 90), st.integers(0, 20), st.integers(0, 20))
def test_a_pause_gives_back_exactly_its_business_days(start, hours, length, before, long):
    rule = Rule(length=length, unit=Unit.BUSINESS_DAY)
    first = start.astimezone(hours.tz).date()
    stood, went = first + timedelta(days=before), first + timedelta(days=before + long)
    noon = lambda day: datetime(day.year, day.month, day.day, 12, tzinfo=hours.tz)  # noqa: E731  one use
    pause, resume = max(noon(stood), start), max(noon(went), start)
    plain = due_of(rule, hours, start)
    assume(pause < plain)

    found = due_of(rule, hours, start, [(pause, resume)])

    place = hours.jurisdiction or "US"
    lost = sum(
        is_business_day(day, place)
        for day in (stood + timedelta(days=n) for n in range(long))
        if day > first
    )
    assert business_days(plain, found, hours, place) == lost


def business_days(start: datetime, end: datetime, hours: Hours, place: str) -> int:
    first, last = (moment.astimezone(hours.tz).date() for moment in (start, end))
    days = (first + timedelta(days=n) for n in range((last - first).days))
    return sum(is_business_day(day, place) for day in days)


@given(MOMENTS, st.sampled_from(["CA-GRV-DEC", "CA-UM-STD", "MA-OD-PA", "HIPAA-ACCESS"]), HOURS)
def test_without_pauses_it_is_the_rulebooks_own_answer(start, clock_id, hours):
    day = start.astimezone(hours.tz).date()
    last = arithmetic.last_day(get_clock(clock_id, on=day), day)

    end = due(started(start, Rule(clock_id=clock_id), hours)).astimezone(hours.tz)

    assert (end.date(), end.hour) == (last + timedelta(days=1), 0)


@given(MOMENTS, HOURS, st.integers(1, 500), st.integers(1, 500))
def test_working_time_adds_up(start, hours, first, second):
    once = after_working(hours, start, timedelta(minutes=first + second))
    twice = after_working(
        hours, after_working(hours, start, timedelta(minutes=first)), timedelta(minutes=second)
    )

    assert once == twice
    assert working_between(hours, start, once) == timedelta(minutes=first + second)


@given(HOURS, st.dates(date(2025, 1, 1), date(2028, 12, 31)))
def test_nobody_works_on_a_holiday_unless_it_is_said(hours, day):
    if hours.jurisdiction and day.weekday() < 5 and not is_business_day(day, hours.jurisdiction):
        assert not is_open_on(hours, day)


@given(MOMENTS, RULES, HOURS, GAPS)
def test_a_log_read_piece_by_piece_never_contradicts_itself(start, rule, hours, gaps):
    events = a_life(start, rule, hours, gaps)
    ends = [due(*events[: count + 1]) for count in range(len(events))]

    known = [end for end in ends if end is not None]
    assert all(earlier <= later for earlier, later in pairwise(known))
