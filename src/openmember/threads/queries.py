"""Reading threads, messages and drafts, always for somebody."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from openmember.cases.queries import family_ids
from openmember.cases.rows import CASE, case_from_row
from openmember.cases.types import Case, Channel
from openmember.documents.types import Scan
from openmember.kernel.references import reference
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor
from openmember.threads.rules import excerpt, wanted_terms
from openmember.threads.types import (
    Attachment,
    Draft,
    DraftFile,
    Message,
    Thread,
    Wishes,
)


class UnknownDraft(Exception):
    """No draft of this kind, or none of the actor's."""


# What a list shows of a thread. The last words and the counts are over the case and those joined with it.
SUMMARY = f"""
SELECT {CASE}, t.last_at, t.last_is_members, t.reply_due_at, last.body AS last_body,
       (SELECT count(*) FROM threads_message m JOIN cases_case k ON k.id = m.case_id
        WHERE (k.id = c.id OR k.merged_into = c.id) AND m.is_members <> %(is_member)s
          AND NOT EXISTS (SELECT FROM threads_seen s WHERE s.message_id = m.id
                          AND (NOT %(is_member)s AND NOT s.is_member OR s.user_id = %(user)s))) AS unread,
       (SELECT count(*) FROM threads_attachment a JOIN threads_message m ON m.id = a.message_id
        JOIN cases_case k ON k.id = m.case_id WHERE k.id = c.id OR k.merged_into = c.id) AS files,
       p.first_name, p.last_name
FROM threads_thread t
JOIN cases_case c ON c.id = t.case_id AND c.merged_into IS NULL
JOIN members_member p ON p.id = t.member_id
CROSS JOIN LATERAL (
    SELECT n.body FROM threads_message m JOIN cases_note n ON n.id = m.note_id
    JOIN cases_case k ON k.id = m.case_id
    WHERE k.id = c.id OR k.merged_into = c.id ORDER BY m.id DESC LIMIT 1
) last
"""  # noqa: S608  names of our own columns
# What of a thread is looked for: its messages, of all cases joined in it.
FOUND = """
EXISTS (SELECT FROM threads_message m JOIN cases_case k ON k.id = m.case_id
        WHERE (k.id = c.id OR k.merged_into = c.id) AND m.terms @> %(terms)s)
"""


def list_threads(
    *, member_ids: Sequence[int], actor: Actor, text: str = "", limit: int = 100
) -> tuple[Thread, ...]:
    """Return the threads of these members, for them: what was written last first.

    `text`: only those with messages that hold all its words, or whose case has it as its number.
    """
    terms = wanted_terms(text)
    rows = fetch_all(
        f"{SUMMARY} WHERE t.member_id = ANY (%(ids)s)"
        f" AND (NOT %(looks)s OR c.number = %(number)s OR (%(terms)s <> '{{}}'::text[] AND {FOUND}))"
        " ORDER BY t.last_at DESC, c.id DESC LIMIT %(limit)s",
        {
            "ids": list(member_ids),
            "is_member": True,
            "user": actor.id,
            "looks": bool(text.strip()),
            "number": text.strip().upper(),
            "terms": terms,
            "limit": limit,
        },
    )
    return tuple(thread_from_row(row) for row in rows)


def count_unread(*, member_ids: Sequence[int], actor: Actor) -> int:
    """Return how many of the team's messages to these members the actor has not had before them."""
    row = fetch_one(
        "SELECT count(*) AS count FROM threads_thread t JOIN threads_message m ON m.case_id = t.case_id"
        " WHERE t.member_id = ANY (%(ids)s) AND NOT m.is_members AND NOT EXISTS ("
        " SELECT FROM threads_seen s WHERE s.message_id = m.id AND s.user_id = %(user)s)",
        {"ids": list(member_ids), "user": actor.id},
    )
    return int(row.count)


def has_thread(*, case: Case) -> bool:
    """Return whether there are messages about a case, or about one that was joined with it."""
    return bool(
        fetch_all(
            "SELECT 1 FROM threads_thread WHERE case_id = ANY (%(ids)s) LIMIT 1",
            {"ids": family_ids(case=case)},
        )
    )


def find_thread_due(*, case: Case) -> Any:
    """Return by when the team replies, or None where it owes no reply."""
    row = fetch_one(
        "SELECT reply_due_at FROM threads_thread WHERE case_id = %(id)s", {"id": case.id}
    )
    return row.reply_due_at if row else None


def list_messages(*, case: Case, actor: Actor) -> tuple[Message, ...]:
    """Return what was written about a case that a query gave to the actor, the oldest first.

    Everything the member reads is there, also what was written before there were messages.
    """
    rows = fetch_all(_MESSAGES, {"ids": family_ids(case=case), "user": actor.id})
    files = _attachments([row.id for row in rows if row.id])
    found = [_message(row, files.get(row.id, ()), actor) for row in rows]
    return (*_first_words(case), *found)


def again(*, case: Case) -> Case:
    """Return a case as it now is, within the service that changed it."""
    row = fetch_one(
        f"SELECT {CASE} FROM cases_case c WHERE c.id = %(id)s",  # noqa: S608  names of our own columns
        {"id": case.id},
    )
    return case_from_row(row)


def find_draft(*, case: Case | None, key: str, actor: Actor) -> Draft | None:
    """Return the actor's draft about a case, or the one begun under a key."""
    values: dict[str, Any] = {"user": actor.id, "key": key}
    where = "d.case_id IS NULL AND d.key = %(key)s"
    if case is not None:
        where, values["ids"] = "d.case_id = ANY (%(ids)s)", family_ids(case=case)
    found = _drafts(f"d.user_id = %(user)s AND {where}", values)
    return found[0] if found else None


def get_draft(*, draft_id: int, actor: Actor) -> Draft:
    """Return one of the actor's drafts. Errors: UnknownDraft."""
    found = _drafts("d.user_id = %(user)s AND d.id = %(id)s", {"user": actor.id, "id": draft_id})
    if not found:
        raise UnknownDraft
    return found[0]


def list_drafts(*, actor: Actor, member_ids: Sequence[int] = ()) -> tuple[Draft, ...]:
    """Return the actor's drafts, the newest first; with `member_ids`, those about these members."""
    return _drafts(
        "d.user_id = %(user)s AND (%(all)s OR d.member_id = ANY (%(ids)s))",
        {"user": actor.id, "all": not member_ids, "ids": list(member_ids)},
    )


def count_drafts(*, actor: Actor) -> int:
    """Return how many drafts the actor has."""
    row = fetch_one(
        "SELECT count(*) AS count FROM threads_draft WHERE user_id = %(user)s", {"user": actor.id}
    )
    return int(row.count)


def find_wishes(*, user_id: int) -> Wishes:
    """Return how somebody is told of messages."""
    row = fetch_one(
        "SELECT by_email, by_text FROM threads_wish WHERE user_id = %(id)s", {"id": user_id}
    )
    return Wishes(row.by_email, row.by_text) if row else Wishes()


def thread_from_row(row: Any) -> Thread:
    """Return a row of `SUMMARY` as a value."""
    return Thread(
        case=case_from_row(row),
        last_at=row.last_at,
        last_is_members=row.last_is_members,
        last_words=excerpt(row.last_body),
        unread=int(row.unread),
        files=int(row.files),
        reply_due_at=row.reply_due_at,
        member_name=f"{row.first_name} {row.last_name}",
    )


def _message(row: Any, files: tuple[Attachment, ...], actor: Actor) -> Message:
    is_members = row.author.startswith("member:")
    _kind, _, author_id = row.author.partition(":")
    return Message(
        id=row.id or 0,
        at=row.at,
        body=row.body,
        is_members=is_members,
        author_id=int(author_id) if author_id.isdecimal() else None,
        author_name=row.author_name or row.member_author or "",
        attachments=files,
        read_at=row.read_at,
        is_new=bool(row.id) and is_members != (actor.kind == "member") and row.mine_at is None,
        flags=tuple(row.flags or ()),
    )


def _first_words(case: Case) -> tuple[Message, ...]:
    """Return what a case began with, where that was not a message."""
    if not case.need or case.channel is Channel.MESSAGE:
        return ()
    by_member = case.opened_by.startswith("member:")
    if not by_member:
        return ()
    return (Message(0, case.opened_at, case.need, True, None, ""),)


def _attachments(message_ids: Sequence[int]) -> Mapping[int, tuple[Attachment, ...]]:
    if not message_ids:
        return {}
    rows = fetch_all(
        "SELECT a.message_id, d.id, d.name, f.size_bytes, f.scan FROM threads_attachment a"
        " JOIN cases_document d ON d.id = a.document_id AND d.removed_at IS NULL"
        " JOIN documents_file f USING (stored_as) WHERE a.message_id = ANY (%(ids)s) ORDER BY d.id",
        {"ids": list(message_ids)},
    )
    found: dict[int, list[Attachment]] = defaultdict(list)
    for row in rows:
        found[row.message_id].append(
            Attachment(row.id, reference("F", row.id), row.name, row.size_bytes, Scan(row.scan))
        )
    return {key: tuple(files) for key, files in found.items()}


def _drafts(where: str, values: Mapping[str, Any]) -> tuple[Draft, ...]:
    rows = fetch_all(
        "SELECT d.*, c.number FROM threads_draft d LEFT JOIN cases_case k ON k.id = d.case_id"  # noqa: S608  conditions of our own
        " LEFT JOIN cases_case c ON c.id = coalesce(k.merged_into, k.id)"
        f" WHERE {where} ORDER BY d.saved_at DESC, d.id DESC LIMIT 50",
        values,
    )
    files = _draft_files([row.id for row in rows])
    return tuple(
        Draft(
            row.id, row.member_id, row.case_id, row.number or "", row.team, row.subject, row.body,
            row.key, row.version, row.saved_at, files.get(row.id, ()),
        )
        for row in rows
    )  # fmt: skip


def _draft_files(draft_ids: Sequence[int]) -> Mapping[int, tuple[DraftFile, ...]]:
    if not draft_ids:
        return {}
    rows = fetch_all(
        "SELECT d.draft_id, d.id, d.name, f.size_bytes FROM threads_draft_file d"
        " JOIN documents_file f USING (stored_as) WHERE d.draft_id = ANY (%(ids)s) ORDER BY d.id",
        {"ids": list(draft_ids)},
    )
    found: dict[int, list[DraftFile]] = defaultdict(list)
    for row in rows:
        found[row.draft_id].append(DraftFile(row.id, row.name, row.size_bytes))
    return {key: tuple(kept) for key, kept in found.items()}


# `read_at` is when the other side had it first; `mine_at` when the actor had it.
_MESSAGES = """
SELECT m.id, n.at, n.body, n.author, n.author_name, m.flags,
       (SELECT p.first_name FROM members_user u JOIN members_member p ON p.id = u.member_id
        WHERE n.author LIKE 'member:%%' AND u.id = substr(n.author, 8)::bigint) AS member_author,
       (SELECT min(s.at) FROM threads_seen s
        WHERE s.message_id = m.id AND s.is_member <> m.is_members) AS read_at,
       (SELECT s.at FROM threads_seen s WHERE s.message_id = m.id AND s.user_id = %(user)s) AS mine_at
FROM cases_note n LEFT JOIN threads_message m ON m.note_id = n.id
WHERE n.case_id = ANY (%(ids)s) AND n.is_visible
ORDER BY n.at, n.id
"""
