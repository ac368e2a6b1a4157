"""Sending files with a case: several at once, each taken or refused for itself."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import Any, BinaryIO

from django.conf import settings
from django.db import transaction

from openmember.cases.documents.types import Added, CaseDocument
from openmember.cases.queries import family_ids
from openmember.cases.services.notes import heard
from openmember.cases.services.steps import append, locked, locked_for_member
from openmember.cases.types import Case, CaseRefused
from openmember.documents import services as files
from openmember.documents.naming import shown_name
from openmember.documents.types import ALL, FileRefused, Refusal, Scan, Upload
from openmember.kernel import throttle
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor

FILES_A_DAY = 60

_SELECT = (
    "SELECT d.*, f.media_type, f.size_bytes, f.scan FROM cases_document d"
    " JOIN documents_file f USING (stored_as) "
)


class UnknownDocument(Exception):
    """The case has no such document, or none the actor may read."""


def add_documents(
    *, case: Case, uploads: Sequence[Upload], is_visible: bool, now: datetime, actor: Actor
) -> Added:
    """Keep the files that can be taken: from staff who may work the case, or the member whose it is.

    Shape:  the same file twice is one. A member's files are theirs to see, and a case that waited goes on.
    Errors: NotAllowed; CaseRefused `closed`.
    """
    kept: list[str] = []
    refused: list[tuple[str, Refusal]] = []
    for upload in uploads:
        name = shown_name(upload.name or "")
        try:
            _add(case, upload, name, is_visible or actor.kind == "member", now, actor)
            kept.append(name)
        except FileRefused as no:
            refused.append((name, no.refusal))
    return Added(tuple(kept), tuple(refused))


@transaction.atomic
def take_over(
    *, case: Case, stored: Sequence[tuple[str, str]], now: datetime, actor: Actor
) -> tuple[int, ...]:
    """Make files that are kept already (stored name, shown name) documents of a case, for the member too.

    Shape:  within the transaction that takes them from where they were. Returns their ids in order.
    Errors: NotAllowed; CaseRefused `too_many_documents`.
    """
    if not stored:
        return ()
    with _lock(case, actor) as found:
        held = fetch_one(
            "SELECT count(*) AS count FROM cases_document WHERE case_id = ANY (%(ids)s) AND removed_at IS NULL",
            {"ids": family_ids(case=found)},
        )
        if held.count + len(stored) > settings.DOCUMENTS_AT_MOST:
            raise CaseRefused("too_many_documents", "a case holds no more documents")
        return tuple(_note(found, one, name, True, now, actor) for one, name in stored)


def list_documents(*, case: Case, only_visible: bool = False) -> tuple[CaseDocument, ...]:
    """Return the files of a case and of those merged into it, the oldest first."""
    rows = fetch_all(
        _SELECT + "WHERE d.case_id = ANY (%(ids)s) AND d.removed_at IS NULL"
        " AND (d.is_visible OR NOT %(only)s) ORDER BY d.id",
        {"ids": family_ids(case=case), "only": only_visible},
    )
    return tuple(_document(row) for row in rows)


def show_documents(*, case: Case, document_ids: Sequence[int], now: datetime, actor: Actor) -> None:
    """Let the member read documents of a case that were ours alone. Those they read already stay so.

    Errors: NotAllowed.
    """
    with _lock(case, actor) as found:
        shown = fetch_all(
            "UPDATE cases_document SET is_visible = true WHERE id = ANY (%(documents)s)"
            " AND case_id = ANY (%(ids)s) AND removed_at IS NULL AND NOT is_visible RETURNING id",
            {"documents": list(document_ids), "ids": family_ids(case=found)},
        )
        for row in shown:
            append(found, "document", at=now, actor=actor, is_visible=True, document_id=row.id)


def remove_document(*, case: Case, document_id: int, now: datetime, actor: Actor) -> None:
    """Take a file back; its row stays. Members take back their own only. Errors: UnknownDocument."""
    with _lock(case, actor) as found:
        row = fetch_one(
            "UPDATE cases_document SET removed_at = %(now)s WHERE id = %(id)s AND case_id = ANY (%(ids)s)"
            " AND removed_at IS NULL AND (NOT %(member)s OR added_by = %(actor)s) RETURNING stored_as",
            {
                "now": now,
                "id": document_id,
                "ids": family_ids(case=found),
                "member": actor.kind == "member",
                "actor": str(actor),
            },
        )
        if row is None:
            raise UnknownDocument
        append(found, "document_removed", at=now, actor=actor, document_id=document_id)
        files.take_back(stored_as=row.stored_as)


@contextmanager
def read_document(
    *, case: Case, document_id: int, actor: Actor
) -> Iterator[tuple[CaseDocument, BinaryIO]]:
    """Open a file of a case, audited; a member only what is visible to them.

    Errors: UnknownDocument; NotReadable while it waits for the virus scanner.
    """
    row = fetch_one(
        _SELECT + "WHERE d.id = %(id)s AND d.case_id = ANY (%(ids)s) AND d.removed_at IS NULL"
        " AND (d.is_visible OR NOT %(member)s)",
        {"id": document_id, "ids": family_ids(case=case), "member": actor.kind == "member"},
    )
    if row is None:
        raise UnknownDocument
    audit.record(
        actor=str(actor), action="case.document_read", account_number=case.account_number,
        member_id=case.member_id, case_id=case.id, document_id=document_id,
    )  # fmt: skip
    with files.reading(stored_as=row.stored_as) as source:
        yield _document(row), source


class _SameAgain(Exception):
    """The case holds this very file already."""


def _lock(case: Case, actor: Actor) -> AbstractContextManager[Case]:
    if actor.kind == "member":
        return locked_for_member(case, actor=actor)
    return locked(case, actor=actor)


def _add(
    case: Case, upload: Upload, name: str, is_visible: bool, now: datetime, actor: Actor
) -> None:
    _count(case, actor)
    try:
        with files.receiving(upload=upload, types=ALL) as kept, _lock(case, actor) as found:
            if not found.is_open and actor.kind != "member":
                raise CaseRefused("closed", "this case is settled; reopen it first")
            _check_room(found, kept.sha256)
            _note(found, kept.stored_as, name, is_visible, now, actor)
            if actor.kind == "member":
                heard(found, now=now, actor=actor)
    except _SameAgain:
        return


def _note(
    case: Case, stored_as: str, name: str, is_visible: bool, now: datetime, actor: Actor
) -> int:
    row = fetch_one(
        "INSERT INTO cases_document (case_id, stored_as, name, is_visible, added_at, added_by)"
        " VALUES (%(case)s, %(stored)s, %(name)s, %(visible)s, %(now)s, %(actor)s) RETURNING id",
        {
            "case": case.id,
            "stored": stored_as,
            "name": name,
            "visible": is_visible,
            "now": now,
            "actor": str(actor),
        },
    )
    append(case, "document", at=now, actor=actor, is_visible=is_visible, document_id=row.id)
    return int(row.id)


def _check_room(case: Case, sha256: str) -> None:
    ids = {"ids": family_ids(case=case), "sha256": sha256}
    known = fetch_one(
        "SELECT count(*) AS count, bool_or(f.sha256 = %(sha256)s) AS same FROM cases_document d"
        " JOIN documents_file f USING (stored_as) WHERE d.case_id = ANY (%(ids)s) AND d.removed_at IS NULL",
        ids,
    )
    if known.same:
        raise _SameAgain
    if known.count >= settings.DOCUMENTS_AT_MOST:
        raise FileRefused(Refusal.TOO_MANY)


def _count(case: Case, actor: Actor) -> None:
    """Bound what one member can send in a day, however many cases they open."""
    if actor.kind == "member" and not throttle.is_allowed(
        scope="cases.document", value=str(case.member_id), limit=FILES_A_DAY, window_seconds=86_400
    ):
        raise FileRefused(Refusal.TOO_MANY)


def _document(row: Any) -> CaseDocument:
    return CaseDocument(
        row.id, row.case_id, row.name, row.media_type, row.size_bytes, Scan(row.scan),
        row.is_visible, row.added_at, row.added_by,
    )  # fmt: skip
