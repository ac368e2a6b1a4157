"""What is handed over, split into payments and change."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.payments.drawers.rules import BadTender, Trouble, counted_cents, split
from openmember.payments.types import Method

CENTS = st.integers(0, 500_00)


@given(
    st.integers(1, 900_00),
    CENTS,
    CENTS,
    CENTS,
    st.sampled_from([None, *list(Method)[:1], Method.CASH]),
)
def test_parts_pay_the_amount_to_the_cent_or_nothing_is_taken(amount, cash, check, card, rest):
    try:
        parts = split(
            amount, cash_cents=cash, check_cents=check, check_number="7", card_cents=card, rest=rest
        )
    except BadTender:
        return

    assert sum(part.amount_cents for part in parts) == amount
    assert all(part.amount_cents > 0 for part in parts)
    assert all(part.method is Method.CASH or part.change_cents == 0 for part in parts)
    if rest is None:
        assert sum(part.tendered_cents for part in parts) == cash + check + card


@pytest.mark.parametrize(
    ("handed", "trouble"),
    [
        ({"cash_cents": 59_99}, Trouble.TOO_LITTLE),
        ({"card_cents": 60_01}, Trouble.NO_CHANGE),
        ({"check_cents": 60_00}, Trouble.CHECK_NUMBER),
        ({"cash_cents": 10_00, "card_cents": 70_00}, Trouble.NO_CHANGE),
        ({"cash_cents": 60_00, "rest": Method.CARD}, Trouble.NO_REST),
    ],
)
def test_what_does_not_pay_says_why(handed, trouble):
    with pytest.raises(BadTender) as bad:
        split(60_00, **handed)

    assert bad.value.trouble is trouble


def test_the_card_comes_first_because_it_may_decline():
    parts = split(90_00, card_cents=30_00, check_cents=30_00, check_number="1", cash_cents=30_00)

    assert [part.method for part in parts] == [Method.CARD, Method.CHECK, Method.CASH]


def test_a_count_is_the_sum_of_its_pieces():
    assert counted_cents({20_00: 3, 25: 2, 1: 4}) == 60_54
