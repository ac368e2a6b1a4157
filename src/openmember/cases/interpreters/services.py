"""Asking for an interpreter and what becomes of it: one function a verb, audited."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from openmember.cases.interactions.services.contacts import locked
from openmember.cases.interpreters import rules
from openmember.cases.interpreters.queries import request_from_row, require_reader
from openmember.cases.interpreters.types import NewRequest, Request, State, UnknownRequest
from openmember.cases.types import CaseRefused
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_one
from openmember.members.needs.services import SIGN_LANGUAGE
from openmember.members.needs.types import InterpreterMode
from openmember.members.queries import get_member
from openmember.members.skills import skills_of
from openmember.members.types import Actor, Scope


@transaction.atomic
def ask(*, new: NewRequest, now: datetime, actor: Actor) -> Request:
    """Ask for an interpreter, for a contact that runs or for an appointment that lies ahead.

    Errors: NotAllowed; CaseRefused `ended` of a contact, `past` of an appointment, `no_appointment` where there
            is neither, `signs_are_seen`, `asked_already` where the contact waits for one of this language.
    """
    actor.require(Scope.CONTACT)
    if known := _sent(new):
        return known
    if new.language == SIGN_LANGUAGE and new.mode is InterpreterMode.PHONE:
        raise CaseRefused("signs_are_seen", "sign language needs somebody in person or by video")
    when = new.appointment
    values = {
        "member": new.member_id, "contact": None, "region": "", "language": new.language,
        "mode": new.mode, "relay": new.relay or "", "starts": when.starts_at if when else None,
        "place": when.place.strip()[:200] if when else "",
        "reference": when.reference.strip()[:80] if when else "", "now": now, "by": str(actor),
        "sent": new.sent_as or None,
    }  # fmt: skip
    try:
        with transaction.atomic():
            row = fetch_one(_INSERT, {**values, **_whose(new, now)})
    except IntegrityError as twice:
        # Sent twice at once: the first is kept by now.
        if "cases_interpreter_sent" in str(twice) and (known := _sent(new)):
            return known
        if "cases_interpreter_once" not in str(twice):
            raise
        raise CaseRefused("asked_already", "one is asked for already") from twice
    return _noted(row, "interpreter.ask", actor)


@transaction.atomic
def assign(
    *, request_id: int, agency: str, interpreter: str, now: datetime, actor: Actor
) -> Request:
    """Say who interprets: an agency or our own people, and a name or number where there is one.

    Errors: NotAllowed; UnknownRequest; CaseRefused `request_settled`, `no_agency`.
    """
    if not agency.strip():
        raise CaseRefused("no_agency", "say who interprets")
    changes = {"agency": agency.strip()[:120], "interpreter": interpreter.strip()[:120]}
    return _move(request_id, State.ASSIGNED, "interpreter.assign", now, actor, **changes)


@transaction.atomic
def finish(*, request_id: int, now: datetime, actor: Actor) -> Request:
    """Say that somebody interpreted. Errors: as `assign`; CaseRefused `not_begun` before a visit."""
    found = _held(request_id, actor)
    lies_ahead = found.appointment is not None and found.appointment.starts_at > now
    if lies_ahead and State.DONE in rules.MOVES[found.state]:
        raise CaseRefused("not_begun", "the visit lies ahead")
    return _move(request_id, State.DONE, "interpreter.done", now, actor)


@transaction.atomic
def report_unavailable(*, request_id: int, reason: str, now: datetime, actor: Actor) -> Request:
    """Say that none was to be had, and why. Errors: as `assign`; CaseRefused `no_reason`."""
    return _move(
        request_id, State.UNAVAILABLE, "interpreter.unavailable", now, actor, reason=_reason(reason)
    )


@transaction.atomic
def cancel(*, request_id: int, reason: str, now: datetime, actor: Actor) -> Request:
    """Say that none is needed any more, and why. Errors: as `assign`; CaseRefused `no_reason`."""
    return _move(
        request_id, State.CANCELLED, "interpreter.cancel", now, actor, reason=_reason(reason)
    )


def _whose(new: NewRequest, now: datetime) -> dict[str, Any]:
    """Return whose request it is and where, by the contact or the appointment. Errors: as `ask`."""
    if new.interaction_id is not None:
        contact = locked(new.interaction_id)
        if contact.ended_at is not None:
            raise CaseRefused("ended", "this contact has ended")
        return {
            "contact": contact.id, "member": contact.member_id, "region": contact.region,
            "starts": None, "place": "", "reference": "",
        }  # fmt: skip
    when = new.appointment
    if when is None or new.member_id is None or not when.place.strip():
        raise CaseRefused("no_appointment", "say when and where somebody is seen")
    if when.starts_at <= now:
        raise CaseRefused("past", "the appointment lies in the past")
    return {"region": get_member(member_id=new.member_id).person.region}


def _move(
    request_id: int, to: State, action: str, now: datetime, actor: Actor, **columns: Any
) -> Request:
    if to not in rules.MOVES[_held(request_id, actor).state]:
        raise CaseRefused("request_settled", "this request is settled")
    names = "".join(f", {name} = %({name})s" for name in columns)
    done = fetch_one(
        f"UPDATE cases_interpreter SET state = %(state)s, changed_at = %(now)s{names}"  # noqa: S608  keyword names from our own code
        " WHERE id = %(id)s RETURNING *",
        {**columns, "state": to.value, "now": now, "id": request_id},
    )
    return _noted(done, action, actor)


def _held(request_id: int, actor: Actor) -> Request:
    """Return a request of the actor's regions or own contacts, and hold it. Errors: UnknownRequest."""
    require_reader(actor)
    regions = skills_of(actor=actor).regions
    row = fetch_one(
        "SELECT r.* FROM cases_interpreter r LEFT JOIN cases_interaction i ON i.id = r.interaction_id"
        " WHERE r.id = %(id)s AND (%(all)s OR r.region = ANY (%(regions)s) OR i.user_id = %(user)s)"
        " FOR NO KEY UPDATE OF r",
        {"id": request_id, "all": not regions, "regions": [*regions, ""], "user": actor.id},
    )
    if row is None:
        raise UnknownRequest(str(request_id))
    return request_from_row(row)


def _sent(new: NewRequest) -> Request | None:
    row = (
        fetch_one("SELECT * FROM cases_interpreter WHERE sent_as = %(key)s", {"key": new.sent_as})
        if new.sent_as
        else None
    )
    return request_from_row(row) if row else None


def _reason(text: str) -> str:
    if not text.strip():
        raise CaseRefused("no_reason", "say why")
    return text.strip()[:300]


def _noted(row: Any, action: str, actor: Actor) -> Request:
    audit.record(
        actor=str(actor), action=action, member_id=row.member_id, request_id=row.id,
        interaction_id=row.interaction_id,
    )  # fmt: skip
    return request_from_row(row)


_INSERT = """
INSERT INTO cases_interpreter
    (member_id, interaction_id, region, language, mode, relay, starts_at, place, reference, asked_at, asked_by,
     changed_at, sent_as)
VALUES (%(member)s, %(contact)s, %(region)s, %(language)s, %(mode)s, %(relay)s, %(starts)s, %(place)s,
        %(reference)s, %(now)s, %(by)s, %(now)s, %(sent)s)
RETURNING *
"""
