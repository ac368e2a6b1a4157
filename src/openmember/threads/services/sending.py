"""Sending a message: by a member to a team, or by the team to the member. It is a note of the case."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from openmember.cases.categories import get_category
from openmember.cases.documents.services import take_over
from openmember.cases.queries import UnknownCase
from openmember.cases.services import notes
from openmember.cases.services.moving import may_reopen, move, step
from openmember.cases.services.opening import open_case
from openmember.cases.services.steps import locked, locked_for_member
from openmember.cases.types import (
    Case,
    CaseRefused,
    Channel,
    EditedMeanwhile,
    NewCase,
    Note,
    Priority,
    Status,
)
from openmember.directory.understanding.model import understand
from openmember.kernel import throttle
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.queries import map_sign_ins
from openmember.members.types import Actor
from openmember.threads import queries
from openmember.threads.access import require_for
from openmember.threads.policy import Mailbox, find_mailbox
from openmember.threads.rules import subject_of, terms_of
from openmember.threads.services import drafts
from openmember.threads.services.promising import promise_reply, reply_given
from openmember.threads.services.telling import tell
from openmember.threads.types import Draft, Then

MESSAGES_A_DAY = 60
DAY_SECONDS = 86_400
# Who did not choose, and whose words do not say, is answered by those who reach every team.
EVERYBODY = "member_services"


@transaction.atomic
def send(
    *,
    draft: Draft,
    now: datetime,
    actor: Actor,
    case: Case | None = None,
    flags: Sequence[str] = (),
    then: Then = Then.GOES_ON,
    language: str = "",
) -> Case:
    """Send a draft with its files, and return the case it belongs to as it now is.

    Shape:  `case` is the one the draft answers, as a query gave it to the actor; without one a case is opened
            with the team the draft names, else the one its words are for. `flags` are red flags the member
            set aside: the case is urgent. `then` is the team's, and what it takes must be in the message.
    Errors: NotAllowed; CaseRefused `sent_already`, `edited_meanwhile`, `nothing_said`, `too_long`,
            `no_messages`, `no_sign_in`, `many_today`, `too_late`, and those of moving the case.
    """
    row = _locked_draft(draft, actor)
    require_for(member_id=row.member_id, at=now, actor=actor)
    if not row.body.strip():
        raise CaseRefused("nothing_said", "write something first")
    if case is None and row.case_id is not None:
        raise UnknownCase(draft.case_number)
    _check_day(row, actor)
    found = case or _open(row, flags, now, actor, language)
    body = row.body if case else _whole_words(row, found)
    stored = _stored(row.id)
    if actor.kind == "member":
        found = _from_member(found, body, row.key, stored, flags, now, actor)
    else:
        found = _from_team(found, body, row.key, stored, then, now, actor)
    fetch_all("DELETE FROM threads_draft WHERE id = %(id)s", {"id": row.id})
    return found


@transaction.atomic
def write(
    *,
    case: Case,
    body: str,
    now: datetime,
    actor: Actor,
    flags: Sequence[str] = (),
    sent_as: str = "",
) -> Case:
    """Write on a case from its own page, so that it is a message as any other.

    Shape:  `sent_as` is the form's key: one key is one message.
    Errors: NotAllowed; CaseRefused `nothing_said`, `too_long`, `too_late`, `sent_already`.
    """
    key = sent_as or uuid4().hex
    if actor.kind == "member":
        return _from_member(case, body, key, (), flags, now, actor)
    return _from_team(case, body, key, (), Then.GOES_ON, now, actor)


@transaction.atomic
def inform(*, case: Case, body: str, now: datetime, actor: Actor) -> None:
    """Tell the member something on a case as a message that answers nothing. Errors: NotAllowed."""
    with locked(case, actor=actor) as found:
        note = notes.add_note(case=found, body=body, is_visible=True, now=now, actor=actor)
        _record(found, note, uuid4().hex, (), (), now, actor)
        tell(case=found, now=now, actor=actor)


def team_for(text: str) -> str:
    """Return the team a text is for; those who reach every team where it does not say."""
    found = understand(text)
    box = find_mailbox(team=found.team) if found.is_sure else None
    return box.team if box and not box.instead else EVERYBODY


def _locked_draft(draft: Draft, actor: Actor) -> Any:
    try:
        row = drafts.lock(draft.id, actor)
    except queries.UnknownDraft as gone:
        raise CaseRefused("sent_already", "this message was sent already") from gone
    # What was looked at for red flags is what goes, and not what another window put in its place since.
    if row.version != draft.version:
        raise EditedMeanwhile(int(row.version))
    return row


def _check_day(row: Any, actor: Actor) -> None:
    if actor.kind == "member" and not throttle.is_allowed(
        scope="threads.message", value=str(row.member_id), limit=MESSAGES_A_DAY,
        window_seconds=DAY_SECONDS,
    ):  # fmt: skip
        raise CaseRefused("many_today", "as many messages as one day takes")


def _open(row: Any, flags: Sequence[str], now: datetime, actor: Actor, language: str) -> Case:
    box = _box_of(row, actor)
    if actor.kind != "member" and not map_sign_ins(member_ids=[row.member_id]):
        raise CaseRefused("no_sign_in", "this member does not sign in: call or write a letter")
    # A subject is read beyond the team, the words of a restricted case are not: it bears the category's title.
    is_private = get_category(code=box.category).is_restricted
    new = NewCase(
        category=box.category, team=box.team, member_id=row.member_id, channel=Channel.MESSAGE,
        subject="" if is_private else subject_of(row.subject, row.body), topic=box.team, sent_as=row.key,
        language=language, priority=Priority.URGENT if flags else None,
    )  # fmt: skip
    return open_case(new=new, now=now, actor=actor)


def _whole_words(row: Any, case: Case) -> str:
    """Return what a case begins with: a subject that it may not bear is the first line."""
    subject = " ".join(row.subject.split())
    if subject and get_category(code=case.category).is_restricted:
        return f"{subject}\n\n{row.body}"
    return str(row.body)


def _box_of(row: Any, actor: Actor) -> Mailbox:
    box = find_mailbox(team=row.team or team_for(f"{row.subject} {row.body}"))
    if box is None or (box.instead and actor.kind == "member"):
        raise CaseRefused("no_messages", "this team takes no messages")
    return box


def _from_member(
    case: Case, body: str, key: str, stored: tuple[tuple[str, str], ...], flags: Sequence[str],
    now: datetime, actor: Actor,
) -> Case:  # fmt: skip
    require_for(member_id=case.member_id or 0, at=now, actor=actor)
    with locked_for_member(case, actor=actor) as found:
        if found.status in {Status.RESOLVED, Status.CLOSED}:
            if not may_reopen(case=found, now=now):
                raise CaseRefused("too_late", "this was settled too long ago; write a new message")
            step(found, Status.REOPENED, now=now, actor=actor)
        note = notes.add_own_note(case=found, body=body, now=now, actor=actor)
        _record(found, note, key, stored, flags, now, actor)
        promise_reply(found, now=now, actor=actor)
    return queries.again(case=found)


def _from_team(
    case: Case, body: str, key: str, stored: tuple[tuple[str, str], ...], then: Then,
    now: datetime, actor: Actor,
) -> Case:  # fmt: skip
    with locked(case, actor=actor) as found:
        note = notes.add_note(case=found, body=body, is_visible=True, now=now, actor=actor)
        if found.member_id is None:
            return found
        _record(found, note, key, stored, (), now, actor)
        reply_given(found, now=now, actor=actor)
        if found.status in {Status.NEW, Status.REOPENED} and then is Then.GOES_ON:
            step(found, Status.OPEN, now=now, actor=actor)
        elif then is Then.WAITS:
            move(case=found, to=Status.WAITING_ON_MEMBER, now=now, actor=actor, why=body)
        elif then is Then.SETTLED:
            move(case=found, to=Status.RESOLVED, now=now, actor=actor, answer=body)
        tell(case=found, now=now, actor=actor)
    return queries.again(case=found)


def _record(
    case: Case, note: Note, key: str, stored: tuple[tuple[str, str], ...], flags: Sequence[str],
    now: datetime, actor: Actor,
) -> None:  # fmt: skip
    is_members = actor.kind == "member"
    fetch_all(
        "INSERT INTO threads_thread AS t (case_id, member_id, opened_at, last_at, last_is_members)"
        " VALUES (%(case)s, %(member)s, %(now)s, %(now)s, %(members)s) ON CONFLICT (case_id) DO UPDATE SET"
        " last_at = greatest(t.last_at, excluded.last_at), last_is_members = excluded.last_is_members",
        {"case": case.id, "member": case.member_id, "now": now, "members": is_members},
    )
    row = fetch_one(
        "INSERT INTO threads_message (case_id, note_id, at, is_members, sent_as, flags, terms)"
        " VALUES (%(case)s, %(note)s, %(now)s, %(members)s, %(key)s, %(flags)s, %(terms)s)"
        " ON CONFLICT (sent_as) DO NOTHING RETURNING id",
        {
            "case": case.id,
            "note": note.id,
            "now": now,
            "members": is_members,
            "key": key,
            "flags": sorted(flags),
            "terms": terms_of(f"{case.subject} {note.body}"),
        },
    )
    if row is None:
        raise CaseRefused("sent_already", "this was sent already")
    for document_id in take_over(case=case, stored=stored, now=now, actor=actor):
        fetch_all(
            "INSERT INTO threads_attachment (document_id, message_id) VALUES (%(doc)s, %(id)s)",
            {"doc": document_id, "id": row.id},
        )


def _stored(draft_id: int) -> tuple[tuple[str, str], ...]:
    """Return the files of a draft, which is left without them."""
    rows = fetch_all(
        "DELETE FROM threads_draft_file WHERE draft_id = %(id)s RETURNING id, stored_as, name",
        {"id": draft_id},
    )
    return tuple((row.stored_as, row.name) for row in sorted(rows))
