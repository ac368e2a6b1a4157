"""When months are billed, and in which order."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.billing.premiums.rules import (
    OutOfOrder,
    add_months,
    bill_dates,
    check_order,
    cobra_extension,
    is_change_too_large,
    next_month,
    range_size,
)  # fmt: skip
from openmember.directory.types import BillDays
from openmember.rulebook.calendar import is_business_day

DAYS = BillDays(bill_day=10, due_day=1, notice_days=10)
months = st.dates(date(2020, 1, 1), date(2040, 1, 1)).map(lambda day: day.replace(day=1))


@pytest.mark.parametrize(
    ("month", "run_on", "dates"),
    [
        ((2026, 4), (2026, 3, 2), ((2026, 3, 10), (2026, 4, 1))),
        ((2026, 8), (2026, 7, 1), ((2026, 7, 10), (2026, 8, 3))),  # 1 August is a Saturday
        ((2027, 1), (2026, 12, 1), ((2026, 12, 10), (2027, 1, 4))),  # New Year's Day is a Friday
        (
            (2026, 4),
            (2026, 3, 30),
            ((2026, 3, 30), (2026, 4, 9)),
        ),  # late: ten days' notice all the same
        ((2026, 4), (2026, 5, 1), ((2026, 5, 1), (2026, 5, 11))),
    ],
)
def test_a_bill_is_dated_and_due(month, run_on, dates):
    found = bill_dates(date(*month, 1), DAYS, run_on=date(*run_on), jurisdiction="US")

    assert found == tuple(date(*day) for day in dates)


@given(
    month=months,
    late=st.integers(-40, 60),
    days=st.builds(BillDays, st.integers(1, 31), st.integers(1, 31), st.integers(0, 30)),
)
def test_a_bill_is_never_due_before_its_notice_nor_on_a_holiday(month, late, days):
    run_on = month + timedelta(days=late)

    issued_on, due_on = bill_dates(month, days, run_on=run_on, jurisdiction="US")

    assert issued_on >= run_on
    assert due_on >= issued_on + timedelta(days=days.notice_days)
    assert is_business_day(due_on)


def test_the_next_month_or_the_last_once_more_may_be_billed():
    for month in (date(2026, 3, 1), date(2026, 4, 1)):
        check_order(month, last=date(2026, 3, 1), today=date(2020, 1, 1), reason="")


@pytest.mark.parametrize("month", [date(2026, 2, 1), date(2026, 5, 1)])
def test_another_month_needs_a_reason(month):
    with pytest.raises(OutOfOrder, match="April 2026 is to be billed next"):
        check_order(month, last=date(2026, 3, 1), today=month, reason="")

    check_order(month, last=date(2026, 3, 1), today=month, reason="The audit")


@pytest.mark.parametrize(
    ("bps", "is_large"), [(None, False), (2000, False), (2001, True), (-2001, True)]
)
def test_a_change_beyond_the_limit_is_large_either_way(bps, is_large):
    assert is_change_too_large(bps, limit_percent=20) is is_large


def test_the_extension_is_the_19th_to_the_29th_month():
    assert cobra_extension(date(2026, 1, 1)) == (date(2027, 7, 1), date(2028, 5, 31))


@given(month=months, count=st.integers(-60, 60))
def test_months_add_up(month, count):
    assert add_months(add_months(month, count), -count) == month
    assert next_month(month) == add_months(month, 1)


def test_a_day_a_month_does_not_have_is_the_first_of_the_next():
    assert add_months(date(2026, 1, 31), 1) == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("accounts", "workers", "size"),
    [(0, 2, 1), (1, 2, 1), (12, 2, 6), (40_000, 1, 40_000), (200_000, 2, 33_334), (12_700_000, 2, 39_938)],
)  # fmt: skip
def test_ranges_are_even_so_that_no_worker_waits_for_another(accounts, workers, size):
    assert range_size(accounts, most=40_000, workers=workers) == size
