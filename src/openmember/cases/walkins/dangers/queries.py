"""Reading who is in danger where, for whoever must look, and whether anybody is there to do so."""

from datetime import datetime, timedelta

from openmember.cases.policy import get_policy
from openmember.cases.walkins.dangers.types import Danger
from openmember.directory.facilities import Facility, find_facility, list_facilities
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.skills import find_staff, skills_of
from openmember.members.types import Actor, Scope

# Their browser asks every half a minute.
HEARD_OF_WITHIN = timedelta(minutes=2)


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


def has_somebody(*, office: Facility, now: datetime) -> bool:
    """Return whether somebody who works at an office has said that they are there, and is on no break."""
    row = fetch_one(
        "SELECT 1 AS yes FROM cases_duty d JOIN members_user u ON u.id = d.user_id"
        " WHERE d.state IN ('available', 'in_contact', 'after_contact') AND d.seen_at >= %(since)s"
        " AND u.is_active AND u.is_staff AND lower(trim(u.location)) = ANY (%(names)s) LIMIT 1",
        {"since": now - HEARD_OF_WITHIN, "names": [office.code, office.name.lower()]},
    )
    return row is not None


def office_of(*, actor: Actor) -> Facility | None:
    """Return the facility somebody on the staff works at, by their location."""
    person = find_staff(user_id=actor.id or 0)
    return find_facility(location=person.location) if person else None


def overseen_offices(*, actor: Actor) -> frozenset[str]:
    """Return the facilities a supervisor answers for: those of their regions, or all; none for anybody else."""
    if not actor.may(Scope.SUPERVISE_CARE):
        return frozenset()
    regions = skills_of(actor=actor).regions
    return frozenset(one.code for one in list_facilities() if not regions or one.region in regions)


def _list_unseen(now: datetime) -> tuple[Danger, ...]:
    rows = fetch_all(
        "SELECT id, office, kind, at, escalated_at IS NOT NULL OR at <= %(before)s AS is_overdue"
        " FROM cases_walkin_danger WHERE seen_at IS NULL ORDER BY id",
        {"before": now - timedelta(minutes=get_policy().danger_minutes)},
    )
    return tuple(Danger(row.id, row.office, row.kind, row.at, row.is_overdue) for row in rows)
