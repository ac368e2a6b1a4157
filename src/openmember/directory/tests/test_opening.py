from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.directory.lines import find_line
from openmember.directory.opening import ALWAYS_OPEN, holidays_of, opening_of
from openmember.directory.queries import get_organisation

PACIFIC, HAWAII = ZoneInfo("America/Los_Angeles"), ZoneInfo("Pacific/Honolulu")
REGIONS = {region.code: region for region in get_organisation().regions}
START = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.integers(0, 3 * 365 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


def opening(code, moment, region="california"):
    found = REGIONS[region]
    return opening_of(find_line(code=code), moment=moment, zone=found.zone, states=found.states)


@pytest.mark.parametrize(
    ("local", "is_open", "opens"),
    [
        ("2026-11-25T07:59", False, "2026-11-25T08:00"),
        ("2026-11-25T08:00", True, None),
        ("2026-11-25T16:59", True, None),
        ("2026-11-25T17:00", False, "2026-11-27T08:00"),  # Thanksgiving is between
        ("2026-11-26T10:00", False, "2026-11-27T08:00"),
        ("2026-11-27T18:00", False, "2026-11-30T08:00"),
        ("2026-03-08T03:30", False, "2026-03-09T08:00"),  # the clocks went forward that night
        ("2026-11-01T01:30", False, "2026-11-02T08:00"),  # and back that one
    ],
)
def test_a_line_is_answered_at_its_hours(local, is_open, opens):
    found = opening("hardship", datetime.fromisoformat(local).replace(tzinfo=PACIFIC))

    assert found.is_open is is_open
    assert found.opens_at == (opens and datetime.fromisoformat(opens).replace(tzinfo=PACIFIC))


def test_the_nurse_line_never_closes():
    assert opening("georgia-nurse", datetime(2026, 12, 25, 3, tzinfo=UTC)) is ALWAYS_OPEN


def test_hours_run_in_the_region_s_zone():
    moment = datetime(2026, 6, 2, 18, 30, tzinfo=UTC)  # 11:30 in California, 8:30 in Hawaii
    early = moment - timedelta(hours=1)

    assert opening("hardship", moment, "hawaii").is_open
    assert not opening("hardship", early, "hawaii").is_open
    assert opening("hardship", early, "california").is_open


def test_a_line_with_a_zone_of_its_own_keeps_it():
    moment = datetime(2026, 6, 2, 18, 30, tzinfo=UTC)

    assert opening("california-registration", moment - timedelta(hours=1), "hawaii").is_open


def test_a_holiday_of_the_state_closes_its_lines_and_not_those_for_everybody():
    chavez = datetime(2026, 3, 31, 18, tzinfo=UTC)

    assert not opening("california-member-services", chavez).is_open
    assert opening("hardship", chavez).is_open


def test_a_holiday_of_one_state_only_does_not_close_a_region_of_three():
    friday = datetime(2026, 11, 27, 17, tzinfo=UTC)  # a holiday in Maryland, not in Virginia or DC

    assert friday.date() in holidays_of("MD", 2026)
    assert opening("mid-atlantic-member-services", friday, "mid-atlantic").is_open


@given(MOMENTS, st.sampled_from(sorted(REGIONS)))
def test_open_agrees_with_the_hours(moment, region):
    found = opening("hardship", moment, region)
    local = moment.astimezone(REGIONS[region].zone)
    holiday = local.date() in holidays_of("", local.year)

    assert found.is_open == (local.weekday() < 5 and 8 <= local.hour < 17 and not holiday)


@given(MOMENTS, st.sampled_from(sorted(REGIONS)))
def test_a_closed_line_opens_when_it_says_and_not_before(moment, region):
    found = opening("hardship", moment, region)
    turns = found.until or found.opens_at

    assert turns > moment
    assert opening("hardship", turns, region).is_open is not found.is_open
    assert opening("hardship", turns - timedelta(minutes=1), region).is_open is found.is_open


@given(MOMENTS, st.sampled_from(["Asia/Tokyo", "Europe/Paris", "Pacific/Honolulu"]))
def test_the_viewer_s_zone_decides_nothing(moment, viewer):
    assert opening("hardship", moment) == opening("hardship", moment.astimezone(ZoneInfo(viewer)))
