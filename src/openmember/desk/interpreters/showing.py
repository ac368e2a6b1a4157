"""A request for an interpreter in the words of the page."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from openmember.cases.interpreters.types import Request, State
from openmember.cases.words import INTERPRETER_STATES
from openmember.directory.queries import zone_of
from openmember.members.needs.words import MODES, RELAYS
from openmember.members.queries import list_members
from openmember.ui.spoken import name_of


def rows_of(found: Sequence[Request]) -> list[dict[str, Any]]:
    """Return what the pages show of requests; whose they are in one statement."""
    ids = sorted({one.member_id for one in found if one.member_id})
    names = {one.id: one.name for one in list_members(member_ids=ids)} if ids else {}
    return [
        {
            "one": one,
            "name": names.get(one.member_id or 0, ""),
            "language": name_of(one.language),
            "mode": MODES[one.mode],
            "relay": RELAYS[one.relay] if one.relay else "",
            "state": INTERPRETER_STATES[one.state],
            "is_open": one.state.is_open,
            # Nobody has interpreted before somebody is seen.
            "may_be_done": one.state is State.ASSIGNED
            and not (one.appointment and one.appointment.starts_at > timezone.now()),
            "is_unavailable": one.state is State.UNAVAILABLE,
            "starts_at": one.appointment.starts_at.astimezone(zone_of(region=one.region))
            if one.appointment
            else None,
        }
        for one in found
    ]
