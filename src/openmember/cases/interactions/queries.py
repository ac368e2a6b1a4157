"""Reading contacts, for whoever handles them."""

from typing import Any

from openmember.cases.interactions.types import (
    Interaction,
    InterpreterMode,
    Outcome,
    Relay,
    SavedNotes,
)
from openmember.cases.queries import family_ids
from openmember.cases.types import Case, Channel
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor, NotAllowed, Scope


class UnknownInteraction(Exception):
    """There is no such contact, or none the actor may see."""


def get_interaction(*, interaction_id: int, actor: Actor) -> Interaction:
    """Return one contact, audited. Errors: NotAllowed; UnknownInteraction."""
    _require(actor)
    row = fetch_one("SELECT * FROM cases_interaction WHERE id = %(id)s", {"id": interaction_id})
    if row is None:
        raise UnknownInteraction(interaction_id)
    found = interaction_from_row(row)
    audit.record(
        actor=str(actor), action="contact.read", account_number=found.account_number,
        member_id=found.member_id, interaction_id=found.id,
    )  # fmt: skip
    return found


def find_running(*, interaction_id: int, actor: Actor) -> Interaction | None:
    """Return a contact of the actor's own that has not ended. Errors: NotAllowed."""
    _require(actor)
    row = fetch_one(
        "SELECT * FROM cases_interaction WHERE id = %(id)s AND user_id = %(user)s AND ended_at IS NULL",
        {"id": interaction_id, "user": actor.id},
    )
    return interaction_from_row(row) if row else None


def list_open_interactions(*, actor: Actor) -> tuple[Interaction, ...]:
    """Return the contacts the actor has open, the newest first. Errors: NotAllowed."""
    _require(actor)
    rows = fetch_all(
        "SELECT * FROM cases_interaction WHERE user_id = %(user)s AND ended_at IS NULL ORDER BY id DESC",
        {"user": actor.id},
    )
    return tuple(interaction_from_row(row) for row in rows)


def list_interactions_of_member(
    *, member_id: int, actor: Actor, limit: int = 20, before_id: int | None = None
) -> tuple[Interaction, ...]:
    """Return a member's contacts, the newest first, or those before one. Errors: NotAllowed."""
    _require(actor)
    rows = fetch_all(
        "SELECT * FROM cases_interaction WHERE member_id = %(member)s"
        " AND (%(before)s::bigint IS NULL OR id < %(before)s)"
        " ORDER BY arrived_at DESC, id DESC LIMIT %(limit)s",
        {"member": member_id, "limit": limit, "before": before_id},
    )
    return tuple(interaction_from_row(row) for row in rows)


def list_interactions_of_case(*, case: Case) -> tuple[Interaction, ...]:
    """Return the contacts about a case and those merged into it, the oldest first."""
    rows = fetch_all(
        "SELECT DISTINCT i.* FROM cases_interaction i JOIN cases_interaction_case l ON l.interaction_id = i.id"
        " WHERE l.case_id = ANY (%(ids)s) ORDER BY i.arrived_at, i.id",
        {"ids": family_ids(case=case)},
    )
    return tuple(interaction_from_row(row) for row in rows)


def list_case_numbers(*, interaction: Interaction) -> tuple[str, ...]:
    """Return the numbers of the cases a contact was about."""
    rows = fetch_all(
        "SELECT c.number FROM cases_case c JOIN cases_interaction_case l ON l.case_id = c.id"
        " WHERE l.interaction_id = %(id)s ORDER BY c.id",
        {"id": interaction.id},
    )
    return tuple(row.number for row in rows)


def list_saved_notes(*, interaction: Interaction) -> tuple[SavedNotes, ...]:
    """Return every text of the notes that anybody saved, the newest first, those that lost included."""
    rows = fetch_all(
        "SELECT * FROM cases_notes_saved WHERE interaction_id = %(id)s ORDER BY id DESC",
        {"id": interaction.id},
    )
    return tuple(
        SavedNotes(row.version, row.is_kept, row.body, row.author_name, row.at) for row in rows
    )


def interaction_from_row(row: Any) -> Interaction:
    """Return a row of the contacts as a value."""
    return Interaction(
        id=row.id,
        channel=Channel(row.channel),
        is_outbound=row.is_outbound,
        member_id=row.member_id,
        account_number=row.account_number,
        verified_at=row.verified_at,
        verified_factors=tuple(row.verified_factors),
        user_id=row.user_id,
        representative_name=row.representative_name,
        representative_location=row.representative_location,
        language=row.language,
        interpreter_language=row.interpreter_language,
        interpreter_mode=InterpreterMode(row.interpreter_mode) if row.interpreter_mode else None,
        relay=Relay(row.relay) if row.relay else None,
        region=row.region,
        team=row.team,
        topic=row.topic,
        need=row.need,
        notes=row.notes,
        notes_version=row.notes_version,
        outcome=Outcome(row.outcome) if row.outcome else None,
        arrived_at=row.arrived_at,
        answered_at=row.answered_at,
        ended_at=row.ended_at,
    )


def _require(actor: Actor) -> None:
    if actor.kind == "member" or not (actor.may(Scope.CONTACT) or actor.may(Scope.SUPERVISE_CARE)):
        raise NotAllowed(Scope.CONTACT)
