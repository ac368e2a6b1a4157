"""Recording what somebody needs: once, for everybody who meets them."""

from dataclasses import replace
from datetime import datetime

from django.db import transaction

from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_one
from openmember.members.needs.queries import get_needs, needs_from
from openmember.members.needs.types import InterpreterMode, Needs, NeedsRefused
from openmember.members.types import Actor, NotAllowed, Scope

SIGN_LANGUAGE = "ase"


@transaction.atomic
def set_needs(*, member_id: int, needs: Needs, now: datetime, actor: Actor) -> Needs:
    """Keep what a member needs, said by themselves or to the staff. `needs.version` is the one it was read in.

    Errors: NotAllowed; NeedsRefused `edited_meanwhile`, `signs_are_seen` for sign language on the phone.
    """
    _require(member_id, actor)
    mode = needs.interpreter_mode
    if needs.interpreter_language and mode is None:
        is_signed = needs.interpreter_language == SIGN_LANGUAGE
        mode = InterpreterMode.VIDEO if is_signed else InterpreterMode.PHONE
    if needs.interpreter_language == SIGN_LANGUAGE and mode is InterpreterMode.PHONE:
        raise NeedsRefused("signs_are_seen")
    said = replace(needs, interpreter_mode=mode if needs.interpreter_language else None)
    row = fetch_one(
        "INSERT INTO members_need AS n (member_id, interpreter_language, interpreter_mode, relay,"
        " accommodations, note, set_at, set_by) SELECT %(member)s, %(language)s, %(mode)s, %(relay)s,"
        " %(accommodations)s, %(note)s, %(now)s, %(by)s"
        " WHERE %(version)s = 0 OR EXISTS (SELECT FROM members_need WHERE member_id = %(member)s)"
        " ON CONFLICT (member_id) DO UPDATE SET interpreter_language = excluded.interpreter_language,"
        " interpreter_mode = excluded.interpreter_mode, relay = excluded.relay,"
        " accommodations = excluded.accommodations, note = excluded.note, version = n.version + 1,"
        " set_at = excluded.set_at, set_by = excluded.set_by WHERE n.version = %(version)s RETURNING *",
        {
            "member": member_id,
            "language": said.interpreter_language,
            "mode": said.interpreter_mode or "",
            "relay": said.relay or "",
            "accommodations": sorted(said.accommodations),
            "note": said.note.strip()[:300],
            "now": now,
            "by": str(actor),
            "version": said.version,
        },
    )
    if row is None:
        raise NeedsRefused("edited_meanwhile")
    # What somebody needs can tell of their health: which of it changed is not for the log.
    audit.record(actor=str(actor), action="member.needs", member_id=member_id, version=row.version)
    return needs_from(row._asdict())


def add_interpreter(*, member_id: int, language: str, now: datetime, actor: Actor) -> Needs:
    """Keep the language of an interpreter with whatever else is known. Errors: as `set_needs`."""
    known = get_needs(member_id=member_id)
    said = replace(known, interpreter_language=language, interpreter_mode=None)
    return set_needs(member_id=member_id, needs=said, now=now, actor=actor)


def _require(member_id: int, actor: Actor) -> None:
    if actor.kind == "member":
        if actor.member_id != member_id:
            raise NotAllowed(Scope.CONTACT)
        return
    actor.require(Scope.CONTACT)
