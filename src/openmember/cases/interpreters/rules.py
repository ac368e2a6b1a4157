"""How a request for an interpreter may move."""

from openmember.cases.interpreters.types import State

MOVES: dict[State, frozenset[State]] = {
    State.ASKED: frozenset({State.ASSIGNED, State.UNAVAILABLE, State.CANCELLED}),
    # Assigned again: somebody else comes.
    State.ASSIGNED: frozenset({State.ASSIGNED, State.DONE, State.UNAVAILABLE, State.CANCELLED}),
    State.DONE: frozenset(),
    State.UNAVAILABLE: frozenset(),
    State.CANCELLED: frozenset(),
}
