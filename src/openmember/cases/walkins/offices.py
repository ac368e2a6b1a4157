"""Offices people walk into: who works there, whether anybody is there, and whether a kiosk gives numbers."""

from datetime import datetime, timedelta

from openmember.directory.facilities import (
    Facility,
    find_facility,
    list_facilities,
    opening_of_facility,
)
from openmember.kernel.sql import fetch_one
from openmember.members.skills import find_staff, skills_of
from openmember.members.types import Actor, Scope

# Their browser asks every half a minute.
HEARD_OF_WITHIN = timedelta(minutes=2)


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


def has_somebody(*, office: Facility, now: datetime) -> bool:
    """Return whether somebody who works at an office has said that they are there, and is on no break."""
    row = fetch_one(
        "SELECT 1 AS yes FROM cases_duty d JOIN members_user u ON u.id = d.user_id"
        " WHERE d.state IN ('available', 'in_contact', 'after_contact') AND d.seen_at >= %(since)s"
        " AND u.is_active AND u.is_staff AND lower(trim(u.location)) = ANY (%(names)s) LIMIT 1",
        {"since": now - HEARD_OF_WITHIN, "names": [office.code, office.name.lower()]},
    )
    return row is not None


def gives_numbers(*, office: Facility, now: datetime) -> bool:
    """Return whether a kiosk gives numbers: in the office's hours, if known, or while somebody is there."""
    opening = opening_of_facility(office, moment=now)
    return opening is None or opening.is_open or has_somebody(office=office, now=now)
