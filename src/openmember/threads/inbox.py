"""What the desk sees of messages: those of one's teams that wait for a reply, and all of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openmember.cases.work.queries import queue_reader, regions_of, teams_of
from openmember.cases.work.types import Filter
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor
from openmember.threads.queries import FOUND, SUMMARY, thread_from_row
from openmember.threads.rules import wanted_terms
from openmember.threads.types import Thread

PAGE_SIZE = 50
_AFTER = "(%(after_at)s::timestamptz, %(after_id)s::bigint)"


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the messages is asked for. `text` is words of a message, or a case's number."""

    only_waiting: bool = True
    only_mine: bool = False
    teams: tuple[str, ...] = ()
    language: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a page ended: the moment it is sorted by, and the case."""

    at: datetime
    case_id: int

    def as_text(self) -> str:
        return f"{self.at.isoformat()}~{self.case_id}"

    @staticmethod
    def of_text(text: str) -> "Spot | None":
        at, _, case_id = text.partition("~")
        try:
            spot = Spot(datetime.fromisoformat(at), int(case_id))
        except ValueError:
            return None
        return spot if spot.at.tzinfo and 0 <= spot.case_id < 1 << 63 else None


@dataclass(frozen=True, slots=True)
class InboxPage:
    """One page of threads, and where the next begins."""

    threads: tuple[Thread, ...]
    next: Spot | None


def list_inbox(
    *, asked: Asked, actor: Actor, after: Spot | None = None, size: int = PAGE_SIZE
) -> InboxPage:
    """Return a page of the threads of the actor's teams: those who wait by their promise, all by the newest.

    Audited with the cases whose words it shows, a search never with its own. Errors: NotAllowed.
    """
    rows = fetch_all(
        _sql(asked), {**_values(asked, actor), **_place(asked, after), "limit": size + 1}
    )
    found = tuple(thread_from_row(row) for row in rows[:size])
    audit.record(
        actor=str(actor), action="message.search" if asked.text.strip() else "message.list",
        case_ids=[one.case.id for one in found],
    )  # fmt: skip
    return InboxPage(found, _spot(asked, found[-1]) if len(rows) > size else None)


def count_waiting(*, actor: Actor) -> int:
    """Return how many threads of the actor's teams wait for a reply. Errors: NotAllowed."""
    row = fetch_one(
        "SELECT count(*) AS count FROM threads_thread t JOIN cases_case c ON c.id = t.case_id"
        " WHERE t.reply_due_at IS NOT NULL AND c.team = ANY (%(teams)s) AND c.region = ANY (%(regions)s)",
        _values(Asked(), actor),
    )
    return int(row.count)


def _sql(asked: Asked) -> str:
    waiting = asked.only_waiting and not asked.text.strip()
    place = (
        f"t.reply_due_at IS NOT NULL AND (t.reply_due_at, c.id) > {_AFTER} ORDER BY t.reply_due_at, c.id"
        if waiting
        else f"(t.last_at, c.id) < {_AFTER} ORDER BY t.last_at DESC, c.id DESC"
    )
    return (
        f"{SUMMARY} WHERE c.team = ANY (%(teams)s) AND c.region = ANY (%(regions)s)"
        " AND (%(owner)s::bigint IS NULL OR c.owner_id = %(owner)s)"
        " AND (%(language)s::text IS NULL OR c.language = %(language)s)"
        f" AND (NOT %(looks)s OR c.number = %(number)s OR (%(terms)s <> '{{}}'::text[] AND {FOUND}))"
        f" AND {place} LIMIT %(limit)s"
    )


def _values(asked: Asked, actor: Actor) -> dict[str, Any]:
    reader = queue_reader(actor=actor)
    places = Filter(teams=asked.teams)
    return {
        "teams": teams_of(places, reader),
        "regions": regions_of(places, reader),
        "owner": actor.id if asked.only_mine else None,
        "language": asked.language or None,
        "is_member": False,
        "user": actor.id,
        "looks": bool(asked.text.strip()),
        "number": asked.text.strip().upper(),
        "terms": wanted_terms(asked.text),
    }


def _place(asked: Asked, after: Spot | None) -> dict[str, Any]:
    if after:
        return {"after_at": after.at, "after_id": after.case_id}
    waiting = asked.only_waiting and not asked.text.strip()
    return {
        "after_at": "-infinity" if waiting else "infinity",
        "after_id": 0 if waiting else 1 << 62,
    }


def _spot(asked: Asked, thread: Thread) -> Spot:
    waiting = asked.only_waiting and not asked.text.strip()
    at = thread.reply_due_at if waiting and thread.reply_due_at else thread.last_at
    return Spot(at, thread.case.id)
