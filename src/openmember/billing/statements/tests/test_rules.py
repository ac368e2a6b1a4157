"""The scan line: what is printed is what is read, and a slip is always found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.billing.statements.rules import (
    MOST_CENTS,
    BadScanLine,
    read_scan_line,
    scan_line,
)
from openmember.billing.statements.types import ScanLine

NUMBERS = st.from_regex(r"\A[0-9]{10,12}\Z")
CENTS = st.integers(0, MOST_CENTS)


def test_a_line_reads_as_documented():
    assert scan_line("123456789012", 123_45) == "12 123456789012 0000012345 63"
    assert int("12123456789012000001234563") % 97 == 1


def test_a_number_from_before_keeps_its_leading_zeros():
    assert read_scan_line(scan_line("0012345678", 1)) == ScanLine("0012345678", 1)


@given(NUMBERS, CENTS)
def test_what_is_printed_is_what_is_read(number, cents):
    line = scan_line(number, cents)

    assert read_scan_line(line) == ScanLine(number, cents)
    assert read_scan_line(line.replace(" ", "")) == ScanLine(number, cents)


@given(NUMBERS, CENTS, st.integers(0, 25), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(number, cents, place, off):
    line = scan_line(number, cents).replace(" ", "")
    wrong = line[:place] + str((int(line[place]) + off) % 10) + line[place + 1 :]

    with pytest.raises(BadScanLine):
        read_scan_line(wrong)


@given(NUMBERS, CENTS, st.integers(0, 24))
def test_two_neighbours_swapped_are_always_found(number, cents, place):
    line = scan_line(number, cents).replace(" ", "")
    swapped = line[:place] + line[place + 1] + line[place] + line[place + 2 :]

    if swapped != line:
        with pytest.raises(BadScanLine):
            read_scan_line(swapped)


@pytest.mark.parametrize(
    "text", ["", "12", "1" * 25, "1" * 27, "x" * 26, "\u0661" * 26, "98" + "0" * 22 + "30"]
)
def test_what_is_no_scan_line_is_refused(text):
    with pytest.raises(BadScanLine):
        read_scan_line(text)


@pytest.mark.parametrize(
    ("number", "cents"), [("123", 1), ("1234567890123", 1), ("12345678901x", 1), ("1234567890", -1)]
)
def test_what_cannot_be_written_is_refused(number, cents):
    with pytest.raises(BadScanLine):
        scan_line(number, cents)


def test_an_amount_too_great_for_its_digits_is_refused():
    with pytest.raises(BadScanLine):
        scan_line("1234567890", MOST_CENTS + 1)
