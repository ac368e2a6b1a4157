import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.kernel.money import MAX_CENTS, BadAmount, cents_from_typed, dollars_from_cents


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("12", 12_00), ("12.5", 12_50), ("12.50", 12_50), ("$1,234.56", 1_234_56), (" $ 7 ", 7_00),
        (".50", 50), ("0.01", 1), ("1,000,000", 1_000_000_00),
    ],
)  # fmt: skip
def test_dollars_as_people_type_them(typed, cents):
    assert cents_from_typed(typed) == cents


@pytest.mark.parametrize(
    "typed",
    ["", "$", ".", "0", "0.00", "-5", "1.234", "1,23", "12,34.00", "1e3", "NaN", "ten", "5 5", "1_000", "٣"],
)  # fmt: skip
def test_what_is_no_amount_is_refused(typed):
    with pytest.raises(BadAmount):
        cents_from_typed(typed)


def test_more_than_ten_million_dollars_is_no_payment():
    assert cents_from_typed("10,000,000") == MAX_CENTS
    with pytest.raises(BadAmount):
        cents_from_typed("10,000,000.01")


@given(st.integers(1, MAX_CENTS))
def test_every_amount_reads_back(cents):
    assert cents_from_typed(dollars_from_cents(cents)) == cents
