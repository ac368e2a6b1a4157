"""What hangs on one case. Each takes a case that a query of `queries` gave to who may see it."""

from datetime import datetime, timedelta

from openmember.cases.queries import family_ids
from openmember.cases.rows import event_from_row, expedite_from_row, link_from_row, note_from_row
from openmember.cases.types import (
    Alarm,
    Case,
    Draft,
    Event,
    Expedite,
    Link,
    Note,
    Present,
    Raised,
    Satisfaction,
    Tick,
)
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor

PRESENT_SECONDS = 30


def list_events(*, case: Case, only_visible: bool = False) -> tuple[Event, ...]:
    """Return the log of a case and of those merged into it, the oldest first."""
    rows = fetch_all(
        "SELECT * FROM cases_event WHERE case_id = ANY (%(ids)s) AND (is_visible OR NOT %(only)s)"
        " ORDER BY at, id",
        {"ids": family_ids(case=case), "only": only_visible},
    )
    return tuple(event_from_row(row) for row in rows)


def list_notes(*, case: Case, only_visible: bool = False) -> tuple[Note, ...]:
    """Return the notes, the oldest first; `only_visible` are those the member reads."""
    rows = fetch_all(
        "SELECT * FROM cases_note WHERE case_id = ANY (%(ids)s) AND (is_visible OR NOT %(only)s)"
        " ORDER BY at, id",
        {"ids": family_ids(case=case), "only": only_visible},
    )
    return tuple(note_from_row(row) for row in rows)


def find_draft(*, case: Case, actor: Actor) -> Draft | None:
    """Return what the actor is writing on the case and has not sent."""
    row = fetch_one(
        "SELECT body, version, saved_at FROM cases_draft WHERE case_id = %(id)s AND user_id = %(user)s",
        {"id": case.id, "user": actor.id},
    )
    return Draft(row.body, row.version, row.saved_at) if row else None


def list_ticks(*, case: Case) -> tuple[Tick, ...]:
    """Return what was done of the checklist."""
    rows = fetch_all(
        "SELECT item, at, actor_name FROM cases_tick WHERE case_id = %(id)s ORDER BY at",
        {"id": case.id},
    )
    return tuple(Tick(row.item, row.at, row.actor_name) for row in rows)


def list_links(*, case: Case) -> tuple[Link, ...]:
    """Return what the case is about."""
    rows = fetch_all(
        "SELECT * FROM cases_link WHERE case_id = ANY (%(ids)s) AND removed_at IS NULL ORDER BY id",
        {"ids": family_ids(case=case)},
    )
    return tuple(link_from_row(row) for row in rows)


def list_expedites(*, case: Case) -> tuple[Expedite, ...]:
    """Return the requests to decide sooner, the newest first."""
    rows = fetch_all(
        "SELECT * FROM cases_expedite WHERE case_id = ANY (%(ids)s) ORDER BY id DESC",
        {"ids": family_ids(case=case)},
    )
    return tuple(expedite_from_row(row) for row in rows)


def list_satisfaction(*, case: Case) -> tuple[Satisfaction, ...]:
    """Return how the member found each answer."""
    rows = fetch_all(
        "SELECT resolution, score, words, at FROM cases_satisfaction WHERE case_id = %(id)s"
        " ORDER BY resolution",
        {"id": case.id},
    )
    return tuple(Satisfaction(row.resolution, row.score, row.words, row.at) for row in rows)


def list_watchers(*, case: Case) -> tuple[int, ...]:
    """Return the users who follow the case."""
    rows = fetch_all(
        "SELECT user_id FROM cases_watch WHERE case_id = %(id)s ORDER BY user_id", {"id": case.id}
    )
    return tuple(row.user_id for row in rows)


def list_present(*, case: Case, now: datetime, actor: Actor) -> tuple[Present, ...]:
    """Return who else has the case in front of them, by their last heartbeat."""
    rows = fetch_all(
        "SELECT user_id, name, is_writing, seen_at FROM cases_presence"
        " WHERE case_id = %(id)s AND user_id <> %(user)s AND seen_at > %(since)s ORDER BY name, user_id",
        {
            "id": case.id,
            "user": actor.id or 0,
            "since": now - timedelta(seconds=PRESENT_SECONDS),
        },
    )
    return tuple(Present(row.user_id, row.name, row.is_writing, row.seen_at) for row in rows)


def list_alarms(*, case: Case) -> tuple[Raised, ...]:
    """Return the alarms about a case that nobody cleared."""
    rows = fetch_all(
        "SELECT a.*, c.number, c.subject FROM cases_alarm a JOIN cases_case c ON c.id = a.case_id"
        " WHERE a.case_id = ANY (%(ids)s) AND a.cleared_at IS NULL ORDER BY a.id",
        {"ids": family_ids(case=case)},
    )
    return tuple(
        Raised(
            row.id, row.case_id, row.number, row.subject, Alarm(row.kind), row.subject_id,
            row.team, row.user_id, row.at,
        )
        for row in rows
    )  # fmt: skip
