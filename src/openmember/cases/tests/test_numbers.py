"""Numbers of cases: unlike one another, and caught when one slips."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.cases.numbers import case_number, read_number
from openmember.kernel.references import BadReference

COUNTS = st.integers(0, (1 << 36))


def test_a_number_reads_like_one():
    assert re.fullmatch(r"CA-26-[0-9A-HJKMNP-TV-Z]{6}", case_number(1, 2026))


@given(COUNTS, st.integers(2000, 2099))
def test_a_number_is_read_back_however_it_is_typed(count, year):
    number = case_number(count, year)

    assert read_number(number) == number
    assert read_number(f"  {number.lower().replace('-', ' ')} ") == number
    assert read_number(number.removeprefix("CA-").replace("0", "o")) == number


@given(st.lists(COUNTS, min_size=2, max_size=50, unique=True))
def test_no_two_are_alike(counts):
    assert len({case_number(count, 2026) for count in counts}) == len(counts)


@given(
    st.integers(0, (1 << 25) - 1),
    st.integers(3, 11),
    st.sampled_from("0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
)
def test_one_wrong_character_is_caught(count, place, other):
    number = case_number(count, 2026)
    if number[place] in {"-", other} or (place < 5 and not other.isdecimal()):
        return

    with pytest.raises(BadReference):
        read_number(number[:place] + other + number[place + 1 :])


@pytest.mark.parametrize(
    "text", ["", "CA", "CA-26", "CA-XX-123456", "CA-26-12345U7", "P-7KQ2-M9XA-4"]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(BadReference):
        read_number(text)
