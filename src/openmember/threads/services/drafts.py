"""What somebody writes and has not sent, with its files: kept, changed, dropped."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from openmember.cases.types import Case, CaseRefused, EditedMeanwhile
from openmember.documents import services as files
from openmember.documents.naming import shown_name
from openmember.documents.types import ALL, FileRefused, Refusal, Upload
from openmember.kernel import throttle
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor, system
from openmember.threads import queries
from openmember.threads.access import require_for
from openmember.threads.rules import (
    DRAFT_DAYS,
    DRAFTS_AT_MOST,
    FILES_AT_MOST,
    LENGTH_AT_MOST,
    SUBJECT_AT_MOST,
)
from openmember.threads.types import Draft, Written

ACTOR = system("threads")
FILES_A_DAY = 60
DAY_SECONDS = 86_400


@transaction.atomic
def keep(
    *,
    key: str,
    member_id: int,
    written: Written,
    now: datetime,
    actor: Actor,
    case: Case | None = None,
    expected_version: int | None = None,
) -> Draft:
    """Keep what the actor writes under the key of its form; `case` None begins a thread.

    Shape:  of one case each person has one draft: a form with another key goes on with it.
            Without `expected_version` what is given wins; it is so when the draft is sent.
    Errors: NotAllowed; CaseRefused `too_long`, `too_many_drafts`; EditedMeanwhile.
    """
    require_for(member_id=member_id, at=now, actor=actor)
    _check_length(written)
    known = queries.find_draft(case=case, key=key, actor=actor)
    if known is None:
        return _begin(key, member_id, written, case, now, actor)
    if expected_version is not None and known.version != expected_version:
        raise EditedMeanwhile(known.version)
    fetch_all(
        "UPDATE threads_draft SET team = %(team)s, subject = %(subject)s, body = %(body)s,"
        " member_id = %(member)s, version = version + 1, saved_at = %(now)s WHERE id = %(id)s",
        {**_columns(written), "member": member_id, "now": now, "id": known.id},
    )
    return queries.get_draft(draft_id=known.id, actor=actor)


def add_files(
    *, draft: Draft, uploads: Sequence[Upload], actor: Actor
) -> tuple[tuple[str, Refusal], ...]:
    """Keep files with a draft, each for itself; return those that were refused, with why.

    Errors: queries.UnknownDraft.
    """
    refused: list[tuple[str, Refusal]] = []
    for upload in uploads:
        name = shown_name(upload.name or "")
        try:
            with suppress(_SameAgain):
                _add_file(draft, upload, name, actor)
        except FileRefused as no:
            refused.append((name, no.refusal))
    return tuple(refused)


@transaction.atomic
def remove_file(*, draft: Draft, file_id: int, actor: Actor) -> None:
    """Take a file from a draft. Again does nothing. Errors: queries.UnknownDraft."""
    lock(draft.id, actor)
    row = fetch_one(
        "DELETE FROM threads_draft_file WHERE id = %(file)s AND draft_id = %(id)s RETURNING stored_as",
        {"file": file_id, "id": draft.id},
    )
    if row:
        files.take_back(stored_as=row.stored_as)


@transaction.atomic
def discard(*, draft: Draft, actor: Actor) -> None:
    """Drop a draft with its files. Errors: queries.UnknownDraft."""
    lock(draft.id, actor)
    _drop(draft.id)
    _record("message.draft_discard", draft, actor)


def sweep(*, now: datetime, limit: int = 1000) -> int:
    """Drop drafts that nobody has written in for `DRAFT_DAYS`; return how many. Safe to run twice."""
    before, done = now - timedelta(days=DRAFT_DAYS), 0
    while done < limit and _drop_one(before):
        done += 1
    return done


def lock(draft_id: int, actor: Actor) -> Any:
    """Return the row of the actor's own draft, locked. Errors: queries.UnknownDraft."""
    row = fetch_one(
        "SELECT * FROM threads_draft WHERE id = %(id)s AND user_id = %(user)s FOR UPDATE",
        {"id": draft_id, "user": actor.id},
    )
    if row is None:
        raise queries.UnknownDraft
    return row


@transaction.atomic
def _drop_one(before: datetime) -> bool:
    row = fetch_one(
        "SELECT id, member_id FROM threads_draft WHERE saved_at < %(before)s"
        " ORDER BY saved_at LIMIT 1 FOR UPDATE SKIP LOCKED",
        {"before": before},
    )
    if row is not None:
        _drop(row.id)
        audit.record(
            actor=str(ACTOR), action="message.draft_expired", member_id=row.member_id,
            draft_id=row.id,
        )  # fmt: skip
    return row is not None


def _drop(draft_id: int) -> None:
    rows = fetch_all(
        "DELETE FROM threads_draft_file WHERE draft_id = %(id)s RETURNING stored_as",
        {"id": draft_id},
    )
    for row in rows:
        files.take_back(stored_as=row.stored_as)
    fetch_all("DELETE FROM threads_draft WHERE id = %(id)s", {"id": draft_id})


def _begin(
    key: str, member_id: int, written: Written, case: Case | None, now: datetime, actor: Actor
) -> Draft:
    if queries.count_drafts(actor=actor) >= DRAFTS_AT_MOST:
        raise CaseRefused("too_many_drafts", "send or discard a draft first")
    row = fetch_one(
        "INSERT INTO threads_draft (user_id, member_id, case_id, team, subject, body, key, saved_at)"
        " VALUES (%(user)s, %(member)s, %(case)s, %(team)s, %(subject)s, %(body)s, %(key)s, %(now)s)"
        " ON CONFLICT DO NOTHING RETURNING id",
        {
            **_columns(written),
            "user": actor.id,
            "member": member_id,
            "case": case.id if case else None,
            "key": key,
            "now": now,
        },
    )
    if row is None:
        raise EditedMeanwhile(0)
    draft = queries.get_draft(draft_id=row.id, actor=actor)
    _record("message.draft", draft, actor)
    return draft


def _columns(written: Written) -> dict[str, str]:
    return {"team": written.team, "subject": written.subject.strip(), "body": written.body}


def _check_length(written: Written) -> None:
    if len(written.body) > LENGTH_AT_MOST or len(written.subject.strip()) > SUBJECT_AT_MOST:
        raise CaseRefused("too_long", f"a message has {LENGTH_AT_MOST} characters at most")


def _add_file(draft: Draft, upload: Upload, name: str, actor: Actor) -> None:
    if actor.kind == "member" and not throttle.is_allowed(
        scope="cases.document", value=str(draft.member_id), limit=FILES_A_DAY,
        window_seconds=DAY_SECONDS,
    ):  # fmt: skip
        raise FileRefused(Refusal.TOO_MANY)
    with files.receiving(upload=upload, types=ALL) as kept:
        lock(draft.id, actor)
        held = fetch_one(
            "SELECT count(*) AS count, bool_or(f.sha256 = %(sha256)s AND d.name = %(name)s) AS same"
            " FROM threads_draft_file d JOIN documents_file f USING (stored_as) WHERE d.draft_id = %(id)s",
            {"id": draft.id, "sha256": kept.sha256, "name": name},
        )
        if held.count >= FILES_AT_MOST:
            raise FileRefused(Refusal.TOO_MANY)
        if held.same:
            raise _SameAgain
        fetch_all(
            "INSERT INTO threads_draft_file (draft_id, stored_as, name)"
            " VALUES (%(id)s, %(stored)s, %(name)s)",
            {"id": draft.id, "stored": kept.stored_as, "name": name},
        )


class _SameAgain(Exception):
    """The draft holds this very file already, as when a form is sent twice."""


def _record(action: str, draft: Draft, actor: Actor) -> None:
    audit.record(actor=str(actor), action=action, member_id=draft.member_id, draft_id=draft.id)
