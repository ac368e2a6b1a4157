"""For whom somebody reads and writes: a member for themselves."""

from openmember.members.types import Actor, NotAllowed, Scope


def members_of(*, actor: Actor) -> tuple[int, ...]:
    """Return the members whose messages an acting member reads and writes."""
    return (actor.member_id,) if actor.kind == "member" and actor.member_id else ()


def require_for(*, member_id: int, actor: Actor) -> None:
    """Errors: NotAllowed unless the actor may write for, or to, this member."""
    if actor.kind == "member":
        if member_id not in members_of(actor=actor):
            raise NotAllowed(Scope.CONTACT)
        return
    if not (actor.may(Scope.CONTACT) or actor.may(Scope.WORK_CASES)):
        raise NotAllowed(Scope.CONTACT)
