"""A contact from its beginning to its end."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from openmember.cases.duty import services as duty
from openmember.cases.interactions.queries import UnknownInteraction, interaction_from_row
from openmember.cases.interactions.types import (
    Description,
    Interaction,
    InterpreterMode,
    NewInteraction,
    Outcome,
)
from openmember.cases.repeats.services import look_for_repeat
from openmember.cases.services.opening import account_of, link_interaction
from openmember.cases.types import Case, CaseRefused
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_one
from openmember.members.queries import get_member
from openmember.members.skills import find_staff
from openmember.members.types import Actor, NotAllowed, Scope


@transaction.atomic
def begin(*, new: NewInteraction, now: datetime, actor: Actor) -> Interaction:
    """Record that somebody contacts us, or we them. Whoever begins it on the staff has answered it.

    Shape:  the system begins what still waits for a person (a call in a queue, a message), and so does who
            checks somebody in at an office; `answer` follows.
    Errors: NotAllowed.
    """
    require_contact(actor)
    person = get_member(member_id=new.member_id).person if new.member_id else None
    row = fetch_one(
        "INSERT INTO cases_interaction (channel, is_outbound, member_id, account_number, language,"
        " interpreter_language, interpreter_mode, relay, region, team, topic, need, arrived_at)"
        " VALUES (%(channel)s, %(outbound)s, %(member)s, %(account)s, %(language)s, %(spoken)s, %(mode)s,"
        " %(relay)s, %(region)s, %(team)s, %(topic)s, %(need)s, %(at)s) RETURNING *",
        {
            "channel": new.channel.value,
            "outbound": new.is_outbound,
            "member": new.member_id,
            "account": new.account_number
            or (account_of(member_id=new.member_id) if new.member_id else None),
            "language": new.language or (person.language if person else ""),
            "spoken": new.interpreter_language,
            "mode": _mode(new.interpreter_language, new.interpreter_mode),
            "relay": new.relay or "",
            "region": new.region or (person.region if person else ""),
            "team": new.team,
            "topic": new.topic,
            "need": new.need.strip()[:8000],
            "at": new.arrived_at or now,
        },
    )
    note(row, "contact.begin", actor, channel=new.channel.value)
    if actor.kind == "staff" and not new.is_waiting:
        return answer(interaction_id=row.id, now=now, actor=actor)
    return interaction_from_row(row)


@transaction.atomic
def answer(*, interaction_id: int, now: datetime, actor: Actor) -> Interaction:
    """Note who answers, by the first name and location they have now. Errors: CaseRefused `answered`."""
    require_contact(actor)
    person = find_staff(user_id=actor.id or 0)
    if person is None:
        raise NotAllowed(Scope.CONTACT)
    found = locked(interaction_id)
    if found.answered_at is not None or found.ended_at is not None:
        raise CaseRefused("answered", "somebody answered this already")
    duty.begin_contact(user_id=person.id, now=now)
    return update(
        found, "contact.answer", actor, answered_at=now, user_id=person.id,
        representative_name=person.first_name, representative_location=person.location,
    )  # fmt: skip


@transaction.atomic
def identify(*, interaction_id: int, member_id: int, now: datetime, actor: Actor) -> Interaction:
    """Say whose contact it is. Errors: NotAllowed; CaseRefused `verified` for another than was verified."""
    require_contact(actor)
    found = locked(interaction_id)
    if found.verified_at is not None and found.member_id != member_id:
        raise CaseRefused("verified", "somebody else was verified in this contact")
    person = get_member(member_id=member_id).person
    return update(
        found, "contact.identify", actor, member_id=member_id,
        account_number=account_of(member_id=member_id),
        region=found.region or person.region, language=found.language or person.language,
    )  # fmt: skip


@transaction.atomic
def verify(
    *, interaction_id: int, factors: Sequence[str], now: datetime, actor: Actor
) -> Interaction:
    """Note that the person proved who they are, and by which factors. The proof itself is `members`' to judge.

    Errors: NotAllowed; CaseRefused `nobody` where it is not said whose contact it is, `no_factors`.
    """
    require_contact(actor)
    found = locked(interaction_id)
    if found.member_id is None:
        raise CaseRefused("nobody", "say first whose contact this is")
    if not factors:
        raise CaseRefused("no_factors", "name what was proved")
    held = sorted({*found.verified_factors, *factors})
    return update(
        found, "contact.verify", actor, verified_at=found.verified_at or now, verified_factors=held
    )


@transaction.atomic
def describe(*, interaction_id: int, said: Description, now: datetime, actor: Actor) -> Interaction:
    """Write down what the contact is about and how we talk. What is None stays as it is.

    Errors: NotAllowed; UnknownInteraction.
    """
    require_contact(actor)
    found = locked(interaction_id)
    given: dict[str, Any] = {
        "topic": said.topic,
        "need": said.need.strip()[:8000] if said.need is not None else None,
        "team": said.team,
        "language": said.language,
        "relay": said.relay,
    }
    if said.interpreter_language is not None:
        given["interpreter_language"] = said.interpreter_language
        given["interpreter_mode"] = _mode(said.interpreter_language, said.interpreter_mode)
    changes = {name: value for name, value in given.items() if value is not None}
    if not changes:
        return found
    return update(found, "contact.describe", actor, **changes)


@transaction.atomic
def attach(*, interaction_id: int, case: Case, now: datetime, actor: Actor) -> None:
    """Say that the contact is about a case. Again does nothing. Errors: CaseRefused `other_member`."""
    require_contact(actor)
    found = locked(interaction_id)
    if None not in {found.member_id, case.member_id} and found.member_id != case.member_id:
        raise CaseRefused("other_member", "the case is another member’s")
    link_interaction(case=case, interaction_id=found.id, now=now, actor=actor)


@transaction.atomic
def end(*, interaction_id: int, outcome: Outcome, now: datetime, actor: Actor) -> Interaction:
    """End a contact, and look whether its member comes with the same need again and again.

    Shape:  the system may end one that nobody answered with a call it has promised instead.
    Errors: NotAllowed; CaseRefused `ended`, `not_answered` where only an abandoned one has no answer,
            `answered` where it was and is said to be abandoned.
    """
    require_contact(actor)
    found = locked(interaction_id)
    if found.ended_at is not None:
        raise CaseRefused("ended", "this contact has ended")
    unanswered = {Outcome.ABANDONED, Outcome.NO_ANSWER}
    instead = {Outcome.CALLBACK} if actor.is_system else set()
    if found.answered_at is None and outcome not in unanswered | instead:
        raise CaseRefused("not_answered", "nobody has answered this contact")
    if found.answered_at is not None and outcome is Outcome.ABANDONED:
        raise CaseRefused("answered", "somebody answered this already")
    done = update(found, "contact.end", actor, outcome=outcome.value, ended_at=now)
    if done.user_id is not None:
        duty.end_contact(user_id=done.user_id, now=now)
    if outcome not in unanswered:
        look_for_repeat(interaction_id=done.id, now=now, actor=actor)
    return done


def require_contact(actor: Actor) -> None:
    """Errors: NotAllowed."""
    if actor.kind == "member":
        raise NotAllowed(Scope.CONTACT)
    actor.require(Scope.CONTACT)


def locked(interaction_id: int) -> Interaction:
    """Return a contact with its row locked. Errors: UnknownInteraction."""
    row = fetch_one(
        "SELECT * FROM cases_interaction WHERE id = %(id)s FOR NO KEY UPDATE",
        {"id": interaction_id},
    )
    if row is None:
        raise UnknownInteraction(interaction_id)
    return interaction_from_row(row)


def update(found: Interaction, action: str, actor: Actor, **columns: Any) -> Interaction:
    """Set columns of a locked contact, audited."""
    names = ", ".join(f"{name} = %({name})s" for name in columns)
    row = fetch_one(
        f"UPDATE cases_interaction SET {names} WHERE id = %(id)s RETURNING *",  # noqa: S608  keyword names from our own code
        {**columns, "id": found.id},
    )
    note(row, action, actor, fields=sorted(columns))
    return interaction_from_row(row)


def note(row: Any, action: str, actor: Actor, **detail: Any) -> None:
    """Audit what was done in a contact: ids and codes, never what was said."""
    audit.record(
        actor=str(actor), action=action, account_number=row.account_number,
        member_id=row.member_id, interaction_id=row.id, **detail,
    )  # fmt: skip


def _mode(language: str, mode: InterpreterMode | None) -> str:
    return (mode or InterpreterMode.PHONE).value if language else ""
