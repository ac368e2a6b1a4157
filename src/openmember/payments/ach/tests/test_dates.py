"""On which days entries are booked."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from openmember.payments.ach import rules
from openmember.payments.ach.testing import (
    MONDAY,
    TUESDAY,
)

CUT_OFF, SAME_DAY = time(17), time(11, 30)
WEDNESDAY, FRIDAY, AFTER = date(2026, 11, 25), date(2026, 11, 27), date(2026, 11, 30)


def local(day, hour, minute=0):
    return datetime(
        day.year, day.month, day.day, hour, minute, tzinfo=ZoneInfo("America/Los_Angeles")
    )


def test_a_day_without_banking_means_the_next_one_with():
    assert rules.drawable_on(date(2026, 11, 26)) == date(2026, 11, 27)  # Thanksgiving.
    assert rules.drawable_on(date(2026, 11, 28)) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("file_on", "now", "expected"),
    [
        (MONDAY, local(MONDAY, 9), (MONDAY, TUESDAY, MONDAY)),
        (MONDAY, local(MONDAY, 11, 31), (MONDAY, TUESDAY, None)),
        (MONDAY, local(MONDAY, 17, 1), (TUESDAY, date(2026, 11, 25), TUESDAY)),
        (TUESDAY, local(MONDAY, 18), (TUESDAY, date(2026, 11, 25), TUESDAY)),
        # Thursday is Thanksgiving.
        (WEDNESDAY, local(WEDNESDAY, 9), (WEDNESDAY, FRIDAY, WEDNESDAY)),
        (date(2026, 11, 26), local(date(2026, 11, 26), 9), (FRIDAY, AFTER, FRIDAY)),
        # A file for a day that is over is the next day's.
        (MONDAY, local(FRIDAY, 9), (AFTER, date(2026, 12, 1), AFTER)),
    ],
)  # fmt: skip
def test_entries_are_booked_on_the_banking_day_after_the_file(file_on, now, expected):
    dates = rules.dates_of(file_on, now, CUT_OFF, SAME_DAY)

    assert (dates.file_on, dates.effective_on, dates.same_day_on) == expected
