"""Whose turn it is, what a ticket is called, and how it may move. The same for everybody, and said to all."""

from datetime import date, datetime, timedelta

from openmember.cases.walkins.types import Need, State

# Letters that sound like no other when they are called out in English or Spanish. Each day of the week has its
# own, so that a ticket of another day is seen to be one.
_LETTERS = "ABFKMRX"
GENERAL_TEAM = "member_services"
# Numbers of a day, and how many of them kiosks give: the rest are the desk's, whatever is done at a kiosk.
NUMBERS, KIOSK_NUMBERS = 999, 900

MOVES: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.CALLED, State.LEFT}),
    State.CALLED: frozenset({State.SERVED, State.MISSED, State.WAITING, State.LEFT}),
    State.MISSED: frozenset({State.WAITING, State.LEFT}),
    State.SERVED: frozenset(),
    State.LEFT: frozenset(),
}


def spoken(number: int, day: date) -> str:
    """Return what a ticket is called."""
    return f"{_LETTERS[day.weekday()]} {number:03}"


def place_of(arrived_at: datetime, needs: frozenset[Need], head_start_minutes: int) -> datetime:
    """Return the moment that decides whose turn it is: the oldest first.

    Who says that waiting is hard for them stands as if they had come earlier by the head start, and so is
    before most, and never before somebody who has waited longer than that.
    """
    minutes = head_start_minutes if Need.REST in needs else 0
    return arrived_at - timedelta(minutes=minutes)


def callable_teams(own: frozenset[str], every: frozenset[str]) -> frozenset[str]:
    """Return the topics somebody calls at once: those of their teams; Member Services answers all."""
    return every if GENERAL_TEAM in own else own
