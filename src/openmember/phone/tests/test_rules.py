"""The state machine by itself: whatever is pressed, it answers, and no money moves unasked."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.phone import memory
from openmember.phone.prompts import speak
from openmember.phone.rules import advance, begin, enter, need_of, wait_minutes
from openmember.phone.rules.entries import birth_typed, cents_typed, is_factor
from openmember.phone.types import (
    Call,
    Caught,
    Earlier,
    Event,
    Found,
    Known,
    Mistake,
    Need,
    Owed,
    Paid,
    Payee,
    State,
    Team,
)

PAYEE = Payee("123456789012", 1, ("123456789012",), "2026-01-01T00:00:00+00:00", "california")
OWED = Owed(premium_cents=100_00, medical_cents=5, due_on="2026-12-01", credit_cents=1)
keys = st.sampled_from([*"0123456789*", "", "4510", "94612", "05171970", "1234567", "123456789012"])
answers = st.sampled_from(
    [None, Caught(False), Caught(False, stopped=True), Caught(True, "t", "42")]
)
knowns = st.builds(
    Known,
    number=st.sampled_from([Found(PAYEE), *(Found(mistake=one) for one in Mistake)]),
    is_right=st.booleans(),
    owed=st.sampled_from([OWED, Owed()]),
    earlier=st.sampled_from([None, *(Earlier(one, 5_00, "P-1") for one in
                                     ("accepted", "waiting", "declined", "nothing"))]),
    paid=st.sampled_from([Paid(one, "P-1", "x") for one in
                          ("accepted", "waiting", "declined", "refused")]),
    member_id=st.integers(0, 2),
    payee=st.just(PAYEE),
    team=st.builds(Team, st.booleans(), st.integers(0, 9), st.just("+1"), st.just("always")),
)  # fmt: skip


@given(st.lists(st.tuples(keys, answers, knowns), max_size=30), st.booleans())
def test_whatever_is_pressed_is_answered_in_words_and_money_only_moves_when_told(steps, relay):
    turn = begin(is_relay=relay)
    for typed, caught, known in steps:
        call = turn.call
        event = Event(typed, caught)
        need = need_of(call, event)
        turn = advance(call, event, known)

        assert need is not Need.CHARGE or call.state is State.PAYING
        if turn.call.state is State.PAYING:
            assert call.state is State.CONFIRM
            assert typed == "1"
            assert turn.call.amount_cents > 0
            assert turn.call.token
        if turn.call.state is State.DUE:
            assert turn.call.verified
        if turn.call.state is State.LOST_READ:
            assert turn.call.verified == "lost"
        assert turn.says
        for said in turn.says:
            for language in ("en", "es", "zh"):
                assert speak(replace(said, language=language), language, "The plan").text
        assert memory.from_json(memory.as_json(turn.call)) == turn.call


SECURE = {
    State.METHOD, State.CAPTURE, State.CONFIRM, State.PAYING,
}  # fmt: skip


@given(st.lists(st.tuples(keys, answers, knowns), max_size=30), st.booleans())
def test_on_the_secure_line_the_amount_never_changes_and_every_way_out_leads_to_the_person(
    steps, relay
):
    turn = enter(
        Call(state=State.TRANSFER, is_relay=relay), asked_id=7, amount_cents=45_10, return_to="+1"
    )
    for typed, caught, known in steps:
        call = turn.call
        turn = advance(call, Event(typed, caught), known)

        assert turn.call.amount_cents == 45_10
        for said in turn.says:
            for language in ("en", "es", "zh"):
                assert speak(replace(said, language=language), language, "The plan").text
        if turn.left:
            assert (turn.call.state, turn.dial) == (State.TRANSFER, "+1")
            assert (turn.call.is_secure, turn.call.token) == (False, "")
            return
        assert turn.call.state in SECURE
        if turn.call.state is State.PAYING:
            assert (call.state, typed) == (State.CONFIRM, "1")
        assert memory.from_json(memory.as_json(turn.call)) == turn.call


@pytest.mark.parametrize("state", [one for one in State if one not in {State.CAPTURE}])
def test_no_relay_call_ever_ends_by_silence(state):
    call = Call(state=state, is_relay=True, payee=PAYEE, verified="lost", owed=OWED)
    turn = advance(call, Event(), Known(team=Team(True, 0, "+1", "")))

    is_over = {State.TRANSFER, State.ENDED}
    assert (turn.call.state is State.ENDED) is (state in is_over)


@given(st.integers(1_00, 25_000_00))
def test_an_amount_typed_without_a_point_is_that_many_cents(cents):
    assert cents_typed(str(cents)) == cents


@pytest.mark.parametrize("typed", ["", "0", "99", "2500001", "1.00", "99999999999999", "-100"])
def test_what_is_no_amount_is_none(typed):
    assert cents_typed(typed) is None


@pytest.mark.parametrize("typed", ["02301970", "13011970", "5171970", "abcdefgh", "00000000"])
def test_what_is_no_day_is_none(typed):
    assert birth_typed(typed) is None
    assert not is_factor(typed)


def test_the_wait_grows_with_who_is_ahead_and_shrinks_with_who_answers():
    assert wait_minutes(ahead=0, average_seconds=None, people=4) == 0
    assert wait_minutes(ahead=1, average_seconds=None, people=4) == 2
    assert wait_minutes(ahead=8, average_seconds=60, people=4) == 2
    assert wait_minutes(ahead=8, average_seconds=60, people=0) == 8
