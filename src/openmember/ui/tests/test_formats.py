"""How amounts, numbers, dates and moments are written."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from openmember.ui.templatetags.ui import at_time, dollars, number, on_date, said, status_label

SPACE = "\u00a0"


@pytest.mark.parametrize(
    ("cents", "written"),
    [
        (0, "$0.00"),
        (5, "$0.05"),
        (99, "$0.99"),
        (100_00, "$100.00"),
        (1_234_56, "$1,234.56"),
        (12_700_000_00, "$12,700,000.00"),
        (-1, "−$0.01"),
        (-1_234_56, "−$1,234.56"),
        (None, ""),
        ("", ""),
    ],
)
def test_cents_are_written_as_dollars(cents, written):
    assert dollars(cents) == written


@pytest.mark.parametrize("language", ["en", "es", "zh-hant"])
def test_dollars_are_american_in_every_language(language):
    with translation.override(language):
        assert dollars(1_234_56) == "$1,234.56"


@pytest.mark.parametrize("wrong", [12.5, "1234", True])
def test_only_whole_cents_are_money(wrong):
    with pytest.raises(TypeError):
        dollars(wrong)


@pytest.mark.parametrize(
    ("typed", "written", "spoken"),
    [
        ("600488100092", "6004 8810 0092", "6 0 0 4, 8 8 1 0, 0 0 9 2"),
        ("60048810009", "6004 8810 009", "6 0 0 4, 8 8 1 0, 0 0 9"),
        ("0048810009", "004 881 0009", "0 0 4, 8 8 1, 0 0 0 9"),
        ("12345", "12345", "1 2 3 4 5"),
        ("", "", ""),
        (None, "", ""),
    ],
)
def test_a_bill_pay_number_is_grouped_the_same_everywhere(typed, written, spoken):
    assert number(typed) == written.replace(" ", SPACE)
    assert said(typed) == spoken


@pytest.mark.parametrize(
    ("language", "style", "written"),
    [
        ("en", "long", "December 1, 2026"),
        ("en", "short", "Dec 1, 2026"),
        ("en", "weekday", "Tuesday, December 1, 2026"),
        ("en", "month", "December 2026"),
        ("es", "long", "1 de diciembre de 2026"),
        ("es", "month", "diciembre de 2026"),
        ("zh-hant", "long", "2026年12月1日"),
        ("zh-hant", "month", "2026年12月"),
    ],
)
def test_a_date_is_written_in_the_readers_language(language, style, written):
    with translation.override(language):
        assert on_date(date(2026, 12, 1), style) == written


@pytest.mark.parametrize(
    ("moment", "zone", "written"),
    [
        (datetime(2026, 11, 22, 18, 5, tzinfo=UTC), None, "November 22, 2026 at 10:05 AM PST"),
        (
            datetime(2026, 11, 22, 18, 5, tzinfo=UTC),
            "Pacific/Honolulu",
            "November 22, 2026 at 8:05 AM HST",
        ),
        # The hour that a clock change repeats: only the zone's name tells the two apart.
        (datetime(2026, 11, 1, 8, 30, tzinfo=UTC), None, "November 1, 2026 at 1:30 AM PDT"),
        (datetime(2026, 11, 1, 9, 30, tzinfo=UTC), None, "November 1, 2026 at 1:30 AM PST"),
        (datetime(2028, 3, 1, 3, 0, tzinfo=UTC), None, "February 29, 2028 at 7:00 PM PST"),
    ],
)
def test_a_moment_shows_its_zone(moment, zone, written):
    shown = at_time(moment, ZoneInfo(zone) if zone else None)

    assert shown.replace(SPACE, " ") == written


def test_a_moments_date_is_the_readers_own():
    assert on_date(datetime(2026, 12, 1, 3, 0, tzinfo=UTC)) == "November 30, 2026"


def test_nothing_is_written_for_no_date():
    assert on_date(None) == ""
    assert at_time(None) == ""


@pytest.mark.parametrize(
    ("status", "language", "label"),
    [
        ("overdue", "en", "Past due"),
        ("overdue", "es", "Vencida"),
        ("overdue", "zh-hant", "逾期"),
        ("newly_invented", "en", "Newly invented"),
    ],
)
def test_a_status_is_said_in_words(status, language, label):
    with translation.override(language):
        assert status_label(status) == label
