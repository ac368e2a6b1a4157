"""Every clock with one start, and the awkward starts of the rule tables."""

import csv
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.rulebook import arithmetic
from openmember.rulebook.clocks import due, due_on, get_clock, list_clocks, list_rows
from openmember.rulebook.types import BadStart, Confidence, UnknownRule

DATA = Path(__file__).parent / "data"


def examples(name: str) -> list[tuple[str, str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as source:
        return [(row["clock_id"], row["start"], row["expected"]) for row in csv.DictReader(source)]


@pytest.mark.parametrize(("clock_id", "start", "expected"), examples("every_clock.csv"))
def test_every_clock_runs_as_computed_by_hand(clock_id, start, expected):
    assert due(clock_id, start).notation == expected


@pytest.mark.parametrize(("clock_id", "start", "expected"), examples("awkward_starts.csv"))
def test_awkward_starts(clock_id, start, expected):
    assert due(clock_id, start).notation == expected


def test_no_clock_is_without_an_example():
    assert {row[0] for row in examples("every_clock.csv")} == {c.id for c in list_clocks()}


def test_every_clock_carries_its_law_and_how_sure_it_is():
    for clock in list_clocks():
        assert clock.citation
        assert clock.confidence in Confidence
        assert clock.rule


def test_a_clock_of_days_takes_the_day_of_a_moment_where_it_happened():
    assert due("MA-GRV-DEC", "2026-01-15T23:50 Pacific/Honolulu").notation == "2026-02-14"


def test_a_clock_used_outside_its_dates_says_so():
    late = due("MA-RECON-FILE-OLD", "2026-01-15")

    assert (late.notation, late.in_force) == ("2026-03-16", False)
    assert due("MA-RECON-FILE-OLD", "2024-12-20").in_force


def test_ids_are_found_however_they_are_typed_and_near_misses_are_named():
    assert get_clock(" fed-apl-file ").id == "FED-APL-FILE"
    with pytest.raises(UnknownRule, match="FED-APL-FILE"):
        list_rows("FED-APL-FIL")


@pytest.mark.parametrize(
    ("clock_id", "start", "why"),
    [
        ("FED-CLM-URG", "2026-10-31", "not a moment"),
        ("FED-CLM-URG", "2026-10-31T10:00 Mars/Olympus", "not a time zone"),
        ("FED-CLM-URG", "2026-10-31T25:00 America/New_York", "not a moment of the calendar"),
        ("FED-CLM-URG", "2026-03-08T02:30 America/New_York", "never was"),
        ("FED-CLM-URG", "9999-12-31T23:30 America/New_York", "beyond the calendar"),
        ("FED-CLM-PRE", "2026-02-29", "not a day of the calendar"),
        ("FED-CLM-PRE", "9999-12-31", "beyond the calendar"),
        ("FED-CLM-PRE", "01/15/2026", "not a start"),
        ("FED-EXT-FILE", "9999-12-31", "beyond the calendar"),
        ("MA-PREM-GRACE", "2026-03-01", "UNPAID-MONTH/REQUESTED-ON"),
    ],
)
def test_a_start_the_clock_cannot_run_from_is_refused(clock_id, start, why):
    with pytest.raises(BadStart, match=why):
        due(clock_id, start)


def test_days_asked_of_a_clock_of_hours_are_refused():
    with pytest.raises(BadStart):
        due_on("FED-CLM-URG", date(2026, 1, 1))


@given(
    st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2090, 1, 1)),  # noqa: DTZ001  bounds
    st.integers(0, 1000),
    st.sampled_from(["America/Los_Angeles", "America/New_York", "Pacific/Honolulu"]),
)
def test_hours_are_hours_whatever_the_clocks_on_the_wall_do(naive, hours, zone):
    moment = naive.replace(tzinfo=UTC).astimezone(arithmetic.ZoneInfo(zone))

    later = arithmetic.hours_after(moment, hours)

    assert later.astimezone(UTC) - moment.astimezone(UTC) == timedelta(hours=hours)
    assert later.tzinfo == moment.tzinfo


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 240))
def test_months_keep_the_day_or_move_to_the_first_of_the_next(day, count):
    later = arithmetic.months_after(day, count)
    months = (later.year - day.year) * 12 + later.month - day.month

    if later.day == day.day and months == count:
        return
    assert (later.day, months) == (1, count + 1)
    assert arithmetic.end_of_month(later - timedelta(days=1)).day < day.day


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_medicare_grace_is_whole_months_and_starts_after_the_request(unpaid, requested):
    first, last = arithmetic.medicare_grace(unpaid, requested, 2)

    assert first.day == 1
    assert first > requested
    assert first >= unpaid.replace(day=1)
    assert last + timedelta(days=1) == arithmetic.months_after(first, 2)
