"""What a bill pay number looks like (row N1: ISO 7064 MOD 97-10)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.accounts import rules
from openmember.accounts.types import Kind, Reason

numbers = st.integers(10**9, 10**10 - 1).map(rules.number_from_payload)


@given(numbers)
def test_an_issued_number_has_twelve_digits_and_its_check_digits(number):
    assert len(number) == 12
    assert number[0] != "0"
    assert int(number) % 97 == 1
    assert rules.recognise_shape(number).valid


@given(numbers, st.integers(0, 11), st.sampled_from("0123456789"))
def test_any_one_wrong_digit_is_caught(number, place, digit):
    wrong = number[:place] + digit + number[place + 1 :]

    assert rules.has_check_digits(wrong) is (wrong == number)


@given(numbers, st.integers(0, 10))
def test_any_two_swapped_neighbours_are_caught(number, place):
    wrong = number[:place] + number[place + 1] + number[place] + number[place + 2 :]

    assert rules.has_check_digits(wrong) is (wrong == number)


@given(numbers, st.lists(st.sampled_from([" ", "-", "–", ".", "\u00a0"]), min_size=13, max_size=13))
def test_spaces_and_dashes_change_nothing(number, separators):
    typed = "".join(mark + digit for mark, digit in zip(separators, number + " ", strict=False))

    assert rules.recognise_shape(typed).digits == number


def test_full_width_digits_are_digits():
    number = rules.number_from_payload(1234567890)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in number)

    assert rules.recognise_shape(wide).digits == number


@given(st.text(max_size=40))
def test_nothing_typed_is_too_strange_to_answer(text):
    recognised = rules.recognise_shape(text)

    assert recognised.valid is (recognised.reason is Reason.WELL_FORMED)


@pytest.mark.parametrize(
    ("text", "kind", "reason"),
    [
        ("", Kind.UNKNOWN, Reason.EMPTY),
        ("  - ", Kind.UNKNOWN, Reason.EMPTY),
        ("12345678", Kind.MRN, Reason.MRN_SHAPE),
        ("1234567", Kind.MRN, Reason.MRN_SHAPE),
        ("123456", Kind.UNKNOWN, Reason.LENGTH),
        ("1234567890123", Kind.UNKNOWN, Reason.LENGTH),
        ("12345678901a", Kind.UNKNOWN, Reason.NOT_DIGITS),
        ("1234567890", Kind.BILL_PAY_NUMBER, Reason.WELL_FORMED),
        ("0012345678", Kind.BILL_PAY_NUMBER, Reason.WELL_FORMED),
        ("12345678901", Kind.BILL_PAY_NUMBER, Reason.WELL_FORMED),
        ("123456789012", Kind.BILL_PAY_NUMBER, Reason.CHECK_DIGITS),
    ],
)
def test_each_form_is_told_apart(text, kind, reason):
    recognised = rules.recognise_shape(text)

    assert (recognised.kind, recognised.reason) == (kind, reason)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("123456789012", "1234 5678 9012"),
        ("12345678901", "1234 5678 901"),
        ("0012345678", "001 234 5678"),
    ],
)
def test_a_number_is_shown_in_groups(number, shown):
    assert rules.format_number(number) == shown
