"""Reading who is in danger where, for whoever must look."""

from datetime import datetime, timedelta

from openmember.cases.policy import get_policy
from openmember.cases.walkins.dangers.types import Danger
from openmember.cases.walkins.offices import office_of, overseen_offices
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor, Scope


def list_dangers(*, office: str, now: datetime) -> tuple[Danger, ...]:
    """Return what nobody has looked at yet in one office, the oldest first."""
    return tuple(one for one in _list_unseen(now) if one.office == office)


def list_to_look_at(*, now: datetime, actor: Actor) -> tuple[Danger, ...]:
    """Return what the actor must look at: of their office; for supervisors, what is overdue in their regions.

    Errors: NotAllowed.
    """
    actor.require(Scope.CONTACT)
    unseen = _list_unseen(now)
    if not unseen:
        return ()
    own = office_of(actor=actor)
    overseen = overseen_offices(actor=actor)
    return tuple(
        one
        for one in unseen
        if (own and one.office == own.code) or (one.is_overdue and one.office in overseen)
    )


def _list_unseen(now: datetime) -> tuple[Danger, ...]:
    rows = fetch_all(
        "SELECT id, office, kind, at, escalated_at IS NOT NULL OR at <= %(before)s AS is_overdue"
        " FROM cases_walkin_danger WHERE seen_at IS NULL ORDER BY id",
        {"before": now - timedelta(minutes=get_policy().danger_minutes)},
    )
    return tuple(Danger(row.id, row.office, row.kind, row.at, row.is_overdue) for row in rows)
