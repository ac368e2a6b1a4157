"""What people write on a case, and what they are still writing."""

from datetime import datetime

from openmember.cases.rows import note_from_row
from openmember.cases.services.moving import step
from openmember.cases.services.opening import forget_draft
from openmember.cases.services.steps import (
    again,
    append,
    locked,
    locked_for_member,
    name_of,
    raise_alarm,
)
from openmember.cases.types import Alarm, Case, CaseRefused, Draft, EditedMeanwhile, Note, Status
from openmember.kernel.sql import fetch_one
from openmember.members.types import Actor

LENGTH_AT_MOST = 8000


def add_note(*, case: Case, body: str, is_visible: bool, now: datetime, actor: Actor) -> Note:
    """Write on a case, for the member too where `is_visible`; the actor's draft is done with.

    Errors: NotAllowed; CaseRefused `nothing_said`, `too_long`.
    """
    text = _checked(body)
    with locked(case, actor=actor) as found:
        note = _write(found, text, is_visible, now, actor)
        forget_draft(case=found, actor=actor)
    return note


def add_own_note(*, case: Case, body: str, now: datetime, actor: Actor) -> Note:
    """Let the member write on their own case. A case that waited for them goes on.

    Errors: NotAllowed; CaseRefused `nothing_said`, `too_long`, `closed`.
    """
    text = _checked(body)
    with locked_for_member(case, actor=actor) as found:
        note = _write(found, text, True, now, actor)
        heard(found, now=now, actor=actor)
    return note


def heard(case: Case, *, now: datetime, actor: Actor) -> None:
    """Do what follows when a member wrote or sent something on a locked case. Errors: CaseRefused `closed`."""
    if case.status in {Status.CLOSED, Status.MERGED}:
        raise CaseRefused("closed", "this is closed; reopen it or ask a new question")
    if case.status is Status.WAITING_ON_MEMBER:
        step(case, Status.OPEN, now=now, actor=actor)
    raise_alarm(case, Alarm.MEMBER_WROTE, at=now)


def save_draft(
    *, case: Case, body: str, expected_version: int, now: datetime, actor: Actor
) -> Draft:
    """Keep what the actor is writing. `expected_version` is the one it was read with, 0 for none.

    Errors: NotAllowed; CaseRefused `too_long`; EditedMeanwhile when the actor saved it elsewhere since.
    """
    if len(body) > LENGTH_AT_MOST:
        raise CaseRefused("too_long", f"a note has {LENGTH_AT_MOST} characters at most")
    with locked(case, actor=actor) as found:
        row = fetch_one(
            "INSERT INTO cases_draft AS d (case_id, user_id, body, saved_at)"
            " VALUES (%(case)s, %(user)s, %(body)s, %(now)s)"
            " ON CONFLICT (case_id, user_id) DO UPDATE SET body = excluded.body, version = d.version + 1,"
            " saved_at = excluded.saved_at WHERE d.version = %(expected)s"
            " RETURNING body, version, saved_at",
            {
                "case": found.id,
                "user": actor.id,
                "body": body,
                "now": now,
                "expected": expected_version,
            },
        )
        if row is None:
            there = fetch_one(
                "SELECT version FROM cases_draft WHERE case_id = %(case)s AND user_id = %(user)s",
                {"case": found.id, "user": actor.id},
            )
            raise EditedMeanwhile(there.version)
    return Draft(row.body, row.version, row.saved_at)


def discard_draft(*, case: Case, actor: Actor) -> None:
    """Drop what the actor was writing. Errors: NotAllowed."""
    with locked(case, actor=actor) as found:
        forget_draft(case=found, actor=actor)


def _checked(body: str) -> str:
    text = body.strip()
    if not text:
        raise CaseRefused("nothing_said", "write something first")
    if len(text) > LENGTH_AT_MOST:
        raise CaseRefused("too_long", f"a note has {LENGTH_AT_MOST} characters at most")
    return text


def _write(case: Case, text: str, is_visible: bool, now: datetime, actor: Actor) -> Note:
    row = fetch_one(
        "INSERT INTO cases_note (case_id, at, author, author_name, is_visible, body)"
        " VALUES (%(case)s, %(at)s, %(author)s, %(name)s, %(visible)s, %(body)s) RETURNING *",
        {
            "case": case.id,
            "at": now,
            "author": str(actor),
            "name": name_of(actor),
            "visible": is_visible,
            "body": text,
        },
    )
    append(again(case.id), "note", at=now, actor=actor, note_id=row.id, for_member=is_visible)
    return note_from_row(row)
