"""How many calls a day to come will bring, and how many people keep the target."""

from collections import Counter
from datetime import date, timedelta

from openmember.cases.board.forecasting import HALF_HOURS, backtest, forecast
from openmember.cases.board.staffing import Load, Outlook, Target, TooMuch, people_for
from openmember.cases.board.types import HalfHour, Plan, Staffing
from openmember.cases.policy import get_policy
from openmember.rulebook.calendar import is_business_day

NATIONAL = "US"
# Fewer than these say nothing of how long people are ready to wait.
GAVE_UP_AT_LEAST = 5


def plan_of(half_hours: tuple[HalfHour, ...], on: date, *, first: date, today: date) -> Plan:
    """Return the plan of a day, from half hours recorded since `first`.

    Shape:  patience is the time all of them waited over the number who gave up. Source: A. Mandelbaum,
            S. Zeltyn, Service engineering in action: the Palm/Erlang-A queue (2007).
    """
    board = get_policy().board
    history = Counter({(one.day, one.half): one.offered for one in half_hours})
    closed = holidays(first, max(on, today))
    guess = forecast(history, on, weeks=board.forecast_weeks, first=first, closed=closed)
    handling, patience = _handling(half_hours), _patience(half_hours)
    tried = backtest(
        history, since=today - timedelta(weeks=board.tried_weeks), until=today,
        weeks=board.forecast_weeks, first=first, closed=closed,
    )  # fmt: skip
    halves = tuple(
        Staffing(half, guess.calls[half], _outlook(guess.calls[half], handling, patience))
        for half in range(HALF_HOURS)
    )
    return Plan(on, halves, guess.from_days, handling, patience, tried)


def holidays(first: date, last: date) -> frozenset[date]:
    """Return the holidays of the nation in a stretch of days: they say nothing of other days."""
    days = (first + timedelta(days=count) for count in range((last - first).days + 1))
    return frozenset(
        day for day in days if day.weekday() < 5 and not is_business_day(day, NATIONAL)
    )


def _outlook(calls: float, handling: float | None, patience: float | None) -> Outlook | None:
    if handling is None:
        return None
    board = get_policy().board
    load = Load(calls * 2, handling, patience) if patience else Load(calls * 2, handling)
    try:
        return people_for(load, Target(board.answered_percent / 100, board.answer_seconds))
    except TooMuch:
        return None


def _handling(half_hours: tuple[HalfHour, ...]) -> float | None:
    handled = sum(one.handled for one in half_hours)
    seconds = sum(one.handling_seconds for one in half_hours)
    return seconds / handled if handled and seconds else None


def _patience(half_hours: tuple[HalfHour, ...]) -> float | None:
    gave_up = sum(one.abandoned for one in half_hours)
    waited = sum(one.waited_seconds for one in half_hours)
    return waited / gave_up if gave_up >= GAVE_UP_AT_LEAST and waited else None
