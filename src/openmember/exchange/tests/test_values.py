from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.exchange.x12.problems import ProblemLog
from openmember.exchange.x12.types import Dated, Delimiters, Segment
from openmember.exchange.x12.values import Values


def values():
    return Values(ProblemLog(), Delimiters())


def segment(*elements):
    return Segment(5, elements[0], list(elements))


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("82.25", 8225),
        ("82.2", 8220),
        ("82", 8200),
        ("0", 0),
        (".5", 50),
        ("-12.34", -1234),
        ("-.01", -1),
        ("000012.00", 1200),
    ],
)
def test_money_becomes_cents(text, cents):
    assert values().amount(segment("AMT", "P3", text)).cents == cents


@pytest.mark.parametrize(
    "text", ["", ".", "-", "82.", "82.255", "1,000.00", "$5", "1e3", "+5", "--5", "٣", "1" * 16]
)
def test_malformed_money_is_an_error(text):
    reader = values()

    assert reader.amount(segment("AMT", "P3", text)) is None
    assert [problem.element for problem in reader.log.problems] == ["AMT02"]


@given(cents=st.integers(0, 10**14))
def test_every_amount_of_cents_survives(cents):
    text = f"{cents // 100}.{cents % 100:02}"

    assert values().cents(segment("AMT", "P3", text), 2) == cents


def test_a_day_is_read():
    assert values().dated(segment("DTP", "348", "D8", "20240229")) == Dated(
        "348", date(2024, 2, 29)
    )


def test_a_range_is_read():
    found = values().dated(segment("DTP", "348", "RD8", "20260101-20261231"))

    assert (found.on, found.until) == (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("D8", "20230229"),
        ("D8", "20261301"),
        ("D8", "00000101"),
        ("D8", "260101"),
        ("D8", "2026-1-1"),
        ("D8", ""),
        ("D8", "20260101-20260131"),
        ("RD8", "20260101"),
        ("RD8", "20260131-20260101"),
        ("RD8", "20260101-20260132"),
    ],
)
def test_what_is_no_date_is_an_error(form, text):
    reader = values()

    reader.dated(segment("DTP", "348", form, text))

    assert [(p.code, p.element) for p in reader.log.problems] == [("bad-date", "DTP03")]


def test_an_unknown_date_format_is_an_error():
    reader = values()

    reader.dated(segment("DTP", "348", "TM", "0930"))

    assert "DTP02" in [problem.element for problem in reader.log.problems]


def test_repeated_composites_come_apart():
    assert values().repeats(segment("DMG", "C:RET:2186-5^E"), 1) == [["C", "RET", "2186-5"], ["E"]]
