"""From rows of the tables to the values other rooms see."""

import json
from typing import Any

from openmember.cases.clocks.types import ClockEvent, ClockEventKind, Hours, Rule
from openmember.cases.types import (
    Case,
    Channel,
    Event,
    Expedite,
    Link,
    LinkKind,
    Note,
    Priority,
    Status,
)

CASE = (
    "c.id, c.number, c.category, c.team, c.region, c.topic, c.priority, c.status, c.member_id,"
    " c.account_number, c.subject, c.need, c.language, c.channel, c.owner_id, c.owner_name, c.facts,"
    " c.version, c.opened_at, c.opened_by, c.resolved_at, c.closed_at, c.resolution, c.resolutions,"
    " c.due_at, c.is_expedited, c.merged_into"
)
CLOCK_KINDS = [kind.value for kind in ClockEventKind]


def case_from_row(row: Any) -> Case:
    """Return a row with the columns of `CASE` as a value."""
    return Case(
        id=row.id,
        number=row.number,
        category=row.category,
        team=row.team,
        region=row.region,
        topic=row.topic,
        priority=Priority(row.priority),
        status=Status(row.status),
        member_id=row.member_id,
        account_number=row.account_number,
        subject=row.subject,
        need=row.need,
        language=row.language,
        channel=Channel(row.channel),
        owner_id=row.owner_id,
        owner_name=row.owner_name,
        facts=plain(row.facts),
        version=row.version,
        opened_at=row.opened_at,
        opened_by=row.opened_by,
        resolved_at=row.resolved_at,
        closed_at=row.closed_at,
        resolution=row.resolution,
        resolutions=row.resolutions,
        due_at=row.due_at,
        is_expedited=row.is_expedited,
        merged_into=row.merged_into,
    )


def event_from_row(row: Any) -> Event:
    """Return a row of the log as a value."""
    return Event(
        row.id, row.case_id, row.at, row.kind, row.actor, row.actor_name, row.is_visible,
        plain(row.detail),
    )  # fmt: skip


def clock_event_from_row(row: Any) -> ClockEvent:
    """Return a row of the log that is about the clock."""
    detail = plain(row.detail)
    return ClockEvent(
        at=row.at,
        kind=ClockEventKind(row.kind),
        rule=Rule.of_json(detail["rule"]) if detail.get("rule") else None,
        hours=Hours.of_json(detail["hours"]) if detail.get("hours") else None,
        added=int(detail.get("added", 0)),
        loosens=bool(detail.get("loosens", False)),
    )


def note_from_row(row: Any) -> Note:
    """Return a row of the notes as a value."""
    return Note(row.id, row.case_id, row.at, row.author, row.author_name, row.is_visible, row.body)


def link_from_row(row: Any) -> Link:
    """Return a row of the links as a value."""
    return Link(row.id, row.case_id, LinkKind(row.kind), row.target, row.account_number, row.at)


def expedite_from_row(row: Any) -> Expedite:
    """Return a row of the requests to decide sooner as a value."""
    return Expedite(
        row.id, row.case_id, row.reason, row.by_clinician, row.asked_at, row.asked_name,
        row.granted, row.decision, row.decided_at, row.decided_name,
    )  # fmt: skip


def plain(value: Any) -> Any:
    """Return what JSON holds; Django's connection hands it over as text."""
    return json.loads(value) if isinstance(value, str) else value
