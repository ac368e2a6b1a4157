"""For whom somebody reads and writes: a member for themselves and for those whose proxy they are."""

from datetime import datetime

from openmember.members.proxies.queries import list_helped
from openmember.members.proxies.types import For
from openmember.members.types import Actor, NotAllowed, Scope


def members_of(*, actor: Actor, at: datetime, to: For = For.READ_MESSAGES) -> tuple[int, ...]:
    """Return the members whose messages an acting member reads, or writes; themselves first."""
    if actor.kind != "member" or actor.member_id is None:
        return ()
    helped = list_helped(proxy_id=actor.member_id, at=at)
    return (actor.member_id, *(one.member_id for one in helped if to in one.may))


def require_for(*, member_id: int, at: datetime, actor: Actor) -> None:
    """Errors: NotAllowed unless the actor may write for, or to, this member."""
    if actor.kind == "member":
        # One's own need no look at whose proxy one is.
        if member_id != actor.member_id and member_id not in members_of(
            actor=actor, at=at, to=For.WRITE_MESSAGES
        ):
            raise NotAllowed(Scope.CONTACT)
        return
    if not (actor.may(Scope.CONTACT) or actor.may(Scope.WORK_CASES)):
        raise NotAllowed(Scope.CONTACT)
