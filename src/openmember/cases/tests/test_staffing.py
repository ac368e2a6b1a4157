"""How many people are needed: published values, the limit, and what must hold of any load."""

from datetime import date, timedelta
from math import exp, inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openmember.cases.board.forecasting import HALF_HOURS, backtest, forecast
from openmember.cases.board.staffing import (
    Load,
    Target,
    TooMuch,
    outlook,
    people_for,
    state_probabilities,
)

MONDAY = date(2026, 11, 2)
WEEK = timedelta(days=7)
loads = st.builds(
    Load,
    calls_per_hour=st.floats(1, 600),
    handling_seconds=st.floats(30, 900),
    patience_seconds=st.floats(20, 3600),
)
short_of_patience = st.builds(
    Load,
    calls_per_hour=st.floats(1, 600),
    handling_seconds=st.floats(30, 900),
    patience_seconds=st.floats(5, 60),
)
people = st.integers(1, 120)


def test_the_example_of_garnett_mandelbaum_and_reiman():
    # Their table 1: 48 calls a minute, 1 minute each, 50 people; patient, and with 2 minutes' patience.
    patient, impatient = Load(48 * 60, 60), Load(48 * 60, 60, 120)

    without, with_it = outlook(patient, 50, 20), outlook(impatient, 50, 20)

    assert round(without.wait_seconds, 1) == 20.8
    assert round(without.queue) == 17
    assert round(without.busy_share, 2) == 0.96
    assert round(with_it.wait_seconds, 1) == 3.7
    assert round(with_it.queue) == 3
    assert round(with_it.busy_share, 2) == 0.93
    assert round(with_it.abandoned_share, 3) == 0.031


@given(calls=st.floats(1, 400), handling=st.floats(30, 600), spare=st.integers(1, 20))
def test_where_nobody_hangs_up_it_is_erlang_c(calls, handling, spare):
    load = Load(calls, handling)
    count = int(load.erlangs) + spare
    blocked = 1.0
    for place in range(1, count + 1):  # Erlang B by its recursion, and C from it.
        blocked = load.erlangs * blocked / (place + load.erlangs * blocked)
    waits = blocked / (1 - load.erlangs / count * (1 - blocked))
    in_time = 1 - waits * exp(-(count - load.erlangs) * 20 / handling)

    found = outlook(load, count, 20)
    nearly = outlook(Load(calls, handling, 1e9), count, 20)

    assert found.waits_share == pytest.approx(waits, abs=1e-6)
    assert found.answered_share == pytest.approx(in_time, abs=1e-6)
    assert nearly.answered_share == pytest.approx(in_time, abs=1e-4)


@given(load=loads, count=people)
def test_shares_of_time_add_up_and_balance(load, count):
    states = state_probabilities(load, count)

    assert sum(states) == pytest.approx(1)
    assert min(states) >= 0
    for here in range(min(len(states) - 1, 2 * count)):
        there = here + 1
        leaving = min(there, count) / load.handling_seconds
        leaving += max(there - count, 0) / load.patience_seconds
        assert states[here] * load.calls_per_hour / 3600 == pytest.approx(states[there] * leaving)


@given(load=loads, count=people)
def test_whoever_comes_is_served_or_hangs_up(load, count):
    found = outlook(load, count, 30)

    served_a_second = found.busy_share * count / load.handling_seconds
    assert served_a_second == pytest.approx(
        load.calls_per_hour / 3600 * (1 - found.abandoned_share)
    )


@given(load=loads, count=people)
def test_little_the_queue_is_what_comes_times_how_long_it_waits(load, count):
    # The wait is worked out anew from the density of the wait: the two ways share no formula.
    states = state_probabilities(load, count)
    rate, leaving = load.calls_per_hour / 3600, 1 / load.patience_seconds
    step, moment, waited, tail = 0.5, 0.0, 0.0, sum(states[count:])
    while tail > 1e-7 and moment < 20_000:
        middle = moment + step / 2
        grown = rate * (1 - exp(-leaving * middle)) / leaving
        density = rate * states[count - 1] * exp(grown - count / load.handling_seconds * middle)
        tail_here = max(tail - density * step / 2, 0)
        waited += tail_here * exp(-leaving * middle) * step
        tail = max(tail - density * step, 0)
        moment += step

    assert outlook(load, count, 30).queue == pytest.approx(rate * waited, rel=0.03, abs=0.02)


@given(load=loads, count=people, seconds=st.integers(0, 120))
def test_one_more_person_is_never_worse(load, count, seconds):
    fewer, more = outlook(load, count, seconds), outlook(load, count + 1, seconds)

    assert more.answered_share >= fewer.answered_share - 1e-9
    assert more.abandoned_share <= fewer.abandoned_share + 1e-9
    assert more.wait_seconds <= fewer.wait_seconds + 1e-9


@given(load=short_of_patience, count=people)
def test_who_is_answered_in_the_end_did_not_hang_up(load, count):
    # Nearly nobody is still there after fifteen times their patience.
    found = outlook(load, count, 15 * load.patience_seconds)
    sooner = outlook(load, count, 30)

    assert found.answered_share == pytest.approx(1 - found.abandoned_share, abs=2e-5)
    assert sooner.answered_share <= found.answered_share + 1e-6


@settings(max_examples=50)
@given(load=loads, share=st.floats(0.5, 0.95), lost=st.floats(0.01, 0.2))
def test_the_number_of_people_is_the_smallest_that_keeps_the_target(load, share, lost):
    target = Target(share, 30, lost)

    found = people_for(load, target)

    assert found.answered_share >= share
    assert found.abandoned_share <= lost
    if found.people > 1:
        fewer = outlook(load, found.people - 1, 30)
        assert fewer.answered_share < share or fewer.abandoned_share > lost


def test_nobody_is_needed_where_nobody_calls_and_no_team_has_two_thousand():
    assert people_for(Load(0, 300), Target(0.8, 30)).people == 0
    with pytest.raises(TooMuch):
        people_for(Load(60_000, 300), Target(0.8, 30))


def test_a_queue_that_only_grows_is_said_to():
    found = outlook(Load(120, 60), 2, 30)

    assert not found.is_stable
    assert (found.answered_share, found.wait_seconds) == (0, inf)


def test_a_forecast_is_the_mean_of_the_same_weekday_and_half_hour():
    history = {(MONDAY + n * WEEK, 20): calls for n, calls in enumerate((10, 20, 60))}
    history[MONDAY + timedelta(days=1), 20] = 999

    found = forecast(history, MONDAY + 3 * WEEK, weeks=2, first=MONDAY)
    closed = forecast(history, MONDAY + 3 * WEEK, weeks=2, first=MONDAY, closed={MONDAY + 2 * WEEK})

    assert (found.calls[20], found.total) == (40, 40)
    assert found.from_days == (MONDAY + 2 * WEEK, MONDAY + WEEK)
    assert closed.calls[20] == 20


def test_days_before_the_first_that_was_recorded_are_no_days_without_calls():
    history = {(MONDAY, 20): 10}

    found = forecast(history, MONDAY + WEEK, weeks=4, first=MONDAY)
    nothing = forecast(history, MONDAY, weeks=4, first=MONDAY)

    assert found.calls[20] == 10
    assert nothing.from_days == ()


def test_the_error_is_the_share_of_calls_that_was_misplaced():
    # Ten foreseen from ten to half past, five came then and ten half an hour later.
    history = {(MONDAY, 20): 10, (MONDAY + WEEK, 20): 5, (MONDAY + WEEK, 21): 10}

    found = backtest(
        history, since=MONDAY + WEEK, until=MONDAY + WEEK + timedelta(days=1), weeks=1, first=MONDAY
    )

    assert found.calls == 15
    assert found.half_hour_error == pytest.approx(15 / 15)
    assert found.day_error == pytest.approx(5 / 15)
    assert found.bias == pytest.approx(-5 / 15)


@given(
    calls=st.lists(st.integers(0, 50), min_size=HALF_HOURS, max_size=HALF_HOURS),
    weeks=st.integers(1, 5),
)
def test_weeks_that_are_all_alike_are_foreseen_exactly(calls, weeks):
    history = {
        (MONDAY + n * WEEK, half): calls[half] for n in range(6) for half in range(HALF_HOURS)
    }

    found = backtest(
        history, since=MONDAY + 5 * WEEK, until=MONDAY + 5 * WEEK + timedelta(days=1),
        weeks=weeks, first=MONDAY,
    )  # fmt: skip

    assert found is None if sum(calls) == 0 else found.half_hour_error == pytest.approx(0)
