from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.rulebook import calendar
from openmember.rulebook.types import BadRulebook

DAYS = st.dates(date(2022, 1, 1), date(2060, 1, 1))


def test_a_saturday_holiday_closes_offices_on_friday_and_banks_not():
    assert not calendar.is_business_day(date(2026, 7, 3))
    assert calendar.is_banking_day(date(2026, 7, 3))
    assert not calendar.is_business_day(date(2027, 12, 31))
    assert calendar.is_banking_day(date(2027, 12, 31))


def test_a_sunday_holiday_closes_both_on_monday():
    assert not calendar.is_business_day(date(2027, 7, 5))
    assert not calendar.is_banking_day(date(2027, 7, 5))


@pytest.mark.parametrize(
    "holiday",
    [
        date(2026, 1, 1), date(2026, 1, 19), date(2026, 2, 16), date(2026, 5, 25), date(2026, 6, 19),
        date(2026, 9, 7), date(2026, 10, 12), date(2026, 11, 11), date(2026, 11, 26), date(2026, 12, 25),
    ],
)  # fmt: skip
def test_the_federal_reserve_holidays_of_2026(holiday):
    assert not calendar.is_banking_day(holiday)
    assert not calendar.is_business_day(holiday)


def test_counting_skips_thanksgiving_both_ways():
    assert calendar.business_days_after(date(2026, 11, 20), 5) == date(2026, 11, 30)
    assert calendar.business_days_before(date(2026, 11, 30), 5) == date(2026, 11, 20)
    assert calendar.banking_days_after(date(2026, 11, 25), 1) == date(2026, 11, 27)


@given(DAYS, st.integers(1, 40))
def test_there_and_back_from_a_business_day_is_where_one_started(day, count):
    start = calendar.next_business_day(day)

    there = calendar.business_days_after(start, count)

    assert calendar.business_days_before(there, count) == start


@given(DAYS)
def test_offices_are_never_open_while_banks_are_closed(day):
    assert calendar.is_banking_day(day) or not calendar.is_business_day(day)
    assert calendar.next_banking_day(day) <= calendar.next_business_day(day) <= day + timedelta(6)


def test_a_calendar_out_of_form_is_named(tmp_path):
    good = (calendar.DATA / "calendars.toml").read_text(encoding="utf-8")
    path = tmp_path / "calendars.toml"
    for text, why in [
        (good.replace("state = false", 'state = "no"', 1), r"\[US\]: federal and state"),
        (good.replace("extra = []", 'extra = ["x"]', 1), r"\[US\], extra"),
        (good.replace('"verified"', '"sure"', 1), r"\[US\], confidence"),
        (good.replace("federal = true\n", "", 1), r"\[US\]: unknown or missing: federal"),
        (good.replace("[WA]", "[ZZ]"), "jurisdictions: WA, ZZ"),
    ]:
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BadRulebook, match=why):
            calendar.read_calendars(path)
