"""How a case may move, who may see how much of it, and the number it is known by."""

from dataclasses import dataclass

from openmember.cases.types import Case, Sight, Status
from openmember.members.types import Actor, Scope

_WORKED = frozenset(
    {Status.OPEN, Status.WAITING_ON_MEMBER, Status.WAITING_ON_OTHER, Status.RESOLVED, Status.MERGED}
)
# `cases_may_move` in the database says the same.
MOVES: dict[Status, frozenset[Status]] = {
    Status.NEW: _WORKED,
    Status.OPEN: _WORKED - {Status.OPEN},
    Status.WAITING_ON_MEMBER: _WORKED - {Status.WAITING_ON_MEMBER},
    Status.WAITING_ON_OTHER: _WORKED - {Status.WAITING_ON_OTHER},
    Status.REOPENED: _WORKED,
    Status.RESOLVED: frozenset({Status.CLOSED, Status.REOPENED, Status.MERGED}),
    Status.CLOSED: frozenset({Status.REOPENED}),
    Status.MERGED: frozenset(),
}


class CannotMove(ValueError):
    """A case does not go from the one status to the other."""


def check_move(before: Status, to: Status) -> None:
    """Errors: CannotMove."""
    if to not in MOVES[before]:
        raise CannotMove(f"a case that is {_said(before)} does not become {_said(to)}")


def _said(status: Status) -> str:
    return status.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody on the staff with the teams and regions they work for. No regions means all of them."""

    actor: Actor
    teams: frozenset[str]
    languages: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()

    def works_in(self, region: str) -> bool:
        return not self.regions or not region or region in self.regions


def sight_of(
    case: Case, reader: Reader, *, is_offered: bool = False, restricted: bool = False
) -> Sight:
    """Return how much of a case somebody on the staff may see.

    Shape:  its team, its owner, whom it is offered to, and supervisors of the region see all of it; whoever
            handles contacts sees all of it too, except of categories that are `restricted`: there the headline.
    """
    actor = reader.actor
    if actor.is_system or case.owner_id == actor.id:
        return Sight.FULL
    if actor.may(Scope.SUPERVISE_CARE) and reader.works_in(case.region):
        return Sight.FULL
    if actor.may(Scope.WORK_CASES) and (
        is_offered or (case.team in reader.teams and reader.works_in(case.region))
    ):
        return Sight.FULL
    if actor.may(Scope.CONTACT):
        return Sight.HEADLINE if restricted else Sight.FULL
    return Sight.NONE


def may_work(case: Case, reader: Reader, *, is_offered: bool = False) -> bool:
    """Return whether somebody may change a case: its team, owner, whom it is offered to, a supervisor."""
    if reader.actor.kind == "member":
        return False
    return sight_of(case, reader, is_offered=is_offered, restricted=True) is Sight.FULL
