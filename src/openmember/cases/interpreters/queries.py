"""Reading requests: of a contact, of members, and those that wait in one's regions."""

from collections.abc import Sequence
from typing import Any

from openmember.cases.interpreters.types import Appointment, Request, State
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all
from openmember.members.needs.types import InterpreterMode, Relay
from openmember.members.skills import skills_of
from openmember.members.types import Actor, NotAllowed, Scope

OF_MEMBERS = 20


def list_for_contact(*, interaction_id: int, actor: Actor) -> tuple[Request, ...]:
    """Return the requests of a contact, the newest first. Errors: NotAllowed."""
    require_reader(actor)
    return _list("interaction_id = %(id)s ORDER BY id DESC", {"id": interaction_id})


def list_of_members(*, member_ids: Sequence[int], actor: Actor) -> tuple[Request, ...]:
    """Return the requests of these members, the newest first. Errors: NotAllowed."""
    require_reader(actor)
    return _list(
        "member_id = ANY (%(ids)s) ORDER BY id DESC LIMIT %(limit)s",
        {"ids": list(member_ids), "limit": OF_MEMBERS},
    )


def list_waiting(*, actor: Actor, limit: int = 200) -> tuple[Request, ...]:
    """Return what is asked or assigned in the actor's regions: contacts first, then by when; audited.

    Errors: NotAllowed.
    """
    actor.require(Scope.WORK_CASES)
    own = skills_of(actor=actor).regions
    found = _list(
        "state IN ('asked', 'assigned') AND (%(all)s OR region = ANY (%(regions)s))"
        " ORDER BY starts_at NULLS FIRST, id LIMIT %(limit)s",
        {"all": not own, "regions": [*own, ""], "limit": limit},
    )
    if found:
        audit.record(
            actor=str(actor), action="interpreter.list", request_ids=[one.id for one in found],
            member_ids=sorted({one.member_id for one in found if one.member_id}),
        )  # fmt: skip
    return found


def request_from_row(row: Any) -> Request:
    """Return a row as a value."""
    return Request(
        id=row.id,
        member_id=row.member_id,
        interaction_id=row.interaction_id,
        region=row.region,
        language=row.language,
        mode=InterpreterMode(row.mode),
        relay=Relay(row.relay) if row.relay else None,
        appointment=Appointment(row.starts_at, row.place, row.reference) if row.starts_at else None,
        state=State(row.state),
        agency=row.agency,
        interpreter=row.interpreter,
        reason=row.reason,
        asked_at=row.asked_at,
        changed_at=row.changed_at,
    )


def require_reader(actor: Actor) -> None:
    """Errors: NotAllowed."""
    if actor.kind == "member" or not (actor.may(Scope.CONTACT) or actor.may(Scope.WORK_CASES)):
        raise NotAllowed(Scope.CONTACT)


def _list(condition: str, values: dict[str, Any]) -> tuple[Request, ...]:
    rows = fetch_all(f"SELECT * FROM cases_interpreter WHERE {condition}", values)  # noqa: S608  conditions of our own
    return tuple(request_from_row(row) for row in rows)
