"""Reading the room: all of it for who works there, numbers and desks alone for the screen."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from openmember.cases.walkins import rules
from openmember.cases.walkins.types import (
    Called,
    Need,
    Room,
    Screen,
    State,
    Ticket,
    WalkinRefused,
)
from openmember.directory.facilities import Facility, list_facilities
from openmember.directory.queries import zone_of
from openmember.kernel.audit import services as audit
from openmember.kernel.references import BadReference, identity, reference
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.needs.queries import NOTHING, get_needs
from openmember.members.needs.types import Needs
from openmember.members.types import Actor, Scope

KIND = "T"
# Whose words the room shows.
SHOWN = frozenset({State.WAITING, State.CALLED, State.MISSED})


class UnknownTicket(Exception):
    """There is no such ticket."""


def list_offices() -> tuple[Facility, ...]:
    """Return the facilities people can walk into."""
    return tuple(one for one in list_facilities() if one.member_services_desk)


def get_office(*, code: str) -> Facility:
    """Return one of them. Errors: WalkinRefused `no_office`."""
    found = next((one for one in list_offices() if one.code == code), None)
    if found is None:
        raise WalkinRefused("no_office")
    return found


def day_of(*, office: str, now: datetime) -> date:
    """Return the office's own day. Errors: WalkinRefused `no_office`."""
    return timezone.localdate(now, zone_of(region=get_office(code=office).region))


def get_room(
    *, office: str, now: datetime, actor: Actor, known: Collection[int] = frozenset()
) -> Room:
    """Return who waits, the next first, who is called, and who did not come.

    Shape:  whose typed words the actor reads for the first time is audited: those of tickets not yet `known`.
    Errors: NotAllowed; WalkinRefused `no_office`.
    """
    actor.require(Scope.CONTACT)
    day = day_of(office=office, now=now)
    rows = fetch_all(
        "SELECT w.*, i.need, i.member_id FROM cases_walkin w"
        " JOIN cases_interaction i ON i.id = w.interaction_id"
        " WHERE w.office = %(office)s AND w.on_day = %(day)s ORDER BY w.place_at, w.id",
        {"office": office, "day": day},
    )
    tickets = [
        replace(ticket_from_row(row), need=row.need, member_id=row.member_id) for row in rows
    ]

    fresh = [
        one.id
        for one in tickets
        if (one.typed or one.need) and one.state in SHOWN and one.id not in known
    ]
    if fresh:
        audit.record(
            actor=str(actor), action="walkin.room_read", office=office, walkin_ids=fresh,
            member_ids=sorted({one.member_id for one in tickets if one.id in fresh and one.member_id}),
        )  # fmt: skip

    def those(state: State) -> tuple[Ticket, ...]:
        return tuple(one for one in tickets if one.state is state)

    return Room(
        waiting=those(State.WAITING),
        called=those(State.CALLED),
        missed=those(State.MISSED),
        served=len(those(State.SERVED)),
    )


def get_standing_needs(*, ticket: Ticket, is_known: bool, actor: Actor) -> Needs:
    """Return the needs of whose number was typed, to who calls them; audited, unless they saw them before.

    Shape:  it is not proven who stands there: the number may be a parent's. Errors: NotAllowed.
    """
    actor.require(Scope.CONTACT)
    if ticket.member_id is None or ticket.state is not State.CALLED or ticket.user_id != actor.id:
        return NOTHING
    if not is_known:
        audit.record(
            actor=str(actor), action="walkin.needs_read", member_id=ticket.member_id, walkin_id=ticket.id
        )  # fmt: skip
    return get_needs(member_id=ticket.member_id)


def get_screen(*, office: str, now: datetime) -> Screen:
    """Return what anybody in the room may see. Errors: WalkinRefused `no_office`."""
    rows = fetch_all(
        "SELECT number, desk, calls, state FROM cases_walkin WHERE office = %(office)s AND on_day = %(day)s"
        " AND state IN ('waiting', 'called') ORDER BY called_at DESC NULLS LAST, id",
        {"office": office, "day": (day := day_of(office=office, now=now))},
    )
    called = [row for row in rows if row.state == State.CALLED]
    return Screen(
        called=tuple(Called(rules.spoken(row.number, day), row.desk, row.calls) for row in called),
        waiting=len(rows) - len(called),
    )


def find_ticket(*, text: str) -> Ticket:
    """Return the ticket a reference leads to. Errors: UnknownTicket."""
    try:
        row = fetch_one(
            "SELECT * FROM cases_walkin WHERE id = %(id)s", {"id": identity(KIND, text)}
        )
    except BadReference as bad:
        raise UnknownTicket(text) from bad
    if row is None:
        raise UnknownTicket(text)
    return ticket_from_row(row)


def find_ticket_of(*, interaction_id: int) -> Ticket | None:
    """Return the ticket a contact came with."""
    row = fetch_one(
        "SELECT * FROM cases_walkin WHERE interaction_id = %(id)s", {"id": interaction_id}
    )
    return ticket_from_row(row) if row else None


def count_before(*, ticket: Ticket) -> int:
    """Return how many stand before a ticket that waits."""
    row = fetch_one(
        "SELECT count(*) AS count FROM cases_walkin WHERE office = %(office)s AND on_day = %(day)s"
        " AND state = 'waiting' AND (place_at, id) < (%(place)s, %(id)s)",
        {
            "office": ticket.office,
            "day": ticket.on_day,
            "place": ticket.place_at,
            "id": ticket.id,
        },
    )
    return int(row.count)


def last_wait_seconds(*, ticket: Ticket) -> int | None:
    """Return how long the one called last waited; None where nobody was called at the office that day."""
    row = fetch_one(
        "SELECT extract(epoch FROM called_at - arrived_at)::integer AS waited FROM cases_walkin"
        " WHERE office = %(office)s AND on_day = %(day)s AND called_at IS NOT NULL"
        " ORDER BY called_at DESC LIMIT 1",
        {"office": ticket.office, "day": ticket.on_day},
    )
    return int(row.waited) if row else None


def ticket_from_row(row: Any) -> Ticket:
    """Return a row of the tickets as a value."""
    return Ticket(
        id=row.id,
        reference=reference(KIND, row.id),
        office=row.office,
        on_day=row.on_day,
        spoken=rules.spoken(row.number, row.on_day),
        interaction_id=row.interaction_id,
        language=row.language,
        team=row.team,
        needs=frozenset(Need(one) for one in row.needs),
        typed=row.typed,
        state=State(row.state),
        arrived_at=row.arrived_at,
        place_at=row.place_at,
        called_at=row.called_at,
        calls=row.calls,
        user_id=row.user_id,
        desk=row.desk,
    )
