"""For whom somebody files and follows disputes: a leave of its own, and for some acts a ground of its own."""

from datetime import datetime

from openmember.grievances.types import BadCourse, Law, Matter, Track
from openmember.members.proxies.queries import list_helped
from openmember.members.proxies.types import For, Proxy
from openmember.members.types import Actor, NotAllowed, Scope

_MEDICARE = frozenset({Law.MEDICARE_ADVANTAGE, Law.PART_D})


def disputing_for(*, actor: Actor, at: datetime) -> tuple[int, ...]:
    """Return the members whose disputes an acting member files and follows; themselves first."""
    if actor.kind != "member" or actor.member_id is None:
        return ()
    return (actor.member_id, *(one.member_id for one in _helped(actor, at)))


def require_dispute_for(*, member_id: int, at: datetime, actor: Actor) -> None:
    """Errors: NotAllowed unless the actor may file and follow disputes for, or with, this member."""
    if actor.kind == "member":
        if member_id not in disputing_for(actor=actor, at=at):
            raise NotAllowed(Scope.CONTACT)
    elif not (actor.may(Scope.CONTACT) or actor.may(Scope.WORK_CASES)):
        raise NotAllowed(Scope.CONTACT)


def require_appeal_for(*, member_id: int, track: Track, at: datetime, actor: Actor) -> None:
    """Require the ground an appeal takes: under Medicare the form, or standing in by law.

    Errors: NotAllowed; BadCourse `no_appointment`. Source: 42 CFR 422.561, 423.560.
    """
    require_dispute_for(member_id=member_id, at=at, actor=actor)
    if track.law in _MEDICARE and track.matter is Matter.APPEAL:
        _require_standing_in(member_id, at, actor)


def require_end_for(*, member_id: int, at: datetime, actor: Actor) -> None:
    """Require that the actor may take a dispute back: what the member asked for, nobody else gives up.

    Errors: NotAllowed; BadCourse `no_appointment`.
    """
    require_dispute_for(member_id=member_id, at=at, actor=actor)
    _require_standing_in(member_id, at, actor)


def _require_standing_in(member_id: int, at: datetime, actor: Actor) -> None:
    if actor.kind != "member" or actor.member_id == member_id:
        return
    if not any(one.basis.stands_in for one in _helped(actor, at) if one.member_id == member_id):
        raise BadCourse(
            "no_appointment", "an appointed representative may; leave to write does not do"
        )


def _helped(actor: Actor, at: datetime) -> list[Proxy]:
    if actor.member_id is None:
        return []
    helped = list_helped(proxy_id=actor.member_id, at=at)
    return [one for one in helped if For.DISPUTES in one.may]
