"""At which office, and at which of its desks, somebody works: by their location, and as they said today."""

from django.utils import timezone

from openmember.cases.walkins import queries
from openmember.desk.access import DeskRequest
from openmember.directory.facilities import Facility, find_facility

DESK_KEY = "desk_walkin_desk"


def office_of(request: DeskRequest) -> Facility | None:
    """Return the office the person works at; None where their location has no desk for walk-ins."""
    found = find_facility(location=getattr(request.user, "location", ""))
    return found if found and found.member_services_desk else None


def desk_of(request: DeskRequest, office: Facility) -> int | None:
    """Return the desk the person sits at, where they have said it today."""
    said = request.session.get(DESK_KEY)
    today = queries.day_of(office=office.code, now=timezone.now()).isoformat()
    if not said or said[:2] != [office.code, today]:
        return None
    return int(said[2])


def sit_at(request: DeskRequest, office: Facility, desk: int) -> None:
    """Remember at which desk the person sits."""
    today = queries.day_of(office=office.code, now=timezone.now()).isoformat()
    request.session[DESK_KEY] = [office.code, today, desk]
