"""Every decision as it was written: by whom, in which role, for which reason, on whose opinion."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from openmember.grievances.oversight.queries import CHOSEN
from openmember.grievances.oversight.reach import opened
from openmember.grievances.oversight.types import Asked, Audited
from openmember.grievances.types import Kind, Lapse, Law, Matter, Outcome
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor

PAGE_SIZE, AT_ONCE = 50, 1000
# Of each: the level it was made at is the last one before it that was named.
_DECISIONS = (
    "SELECT e.id, e.kind, e.at, e.detail, e.actor, e.actor_name, d.law, d.place, d.matter, d.zone, n.number,"  # noqa: S608  constant text
    " coalesce((SELECT l.detail->>'level' FROM grievances_event l WHERE l.dispute_id = d.id"
    "  AND l.serial < e.serial AND l.kind IN ('received', 'escalated') AND l.detail ? 'level'"
    "  ORDER BY l.serial DESC LIMIT 1), 'plan') AS level,"
    " (SELECT array_agg(DISTINCT r.specialty ORDER BY r.specialty) FROM grievances_reviewer r"
    "  WHERE r.dispute_id = d.id AND r.given_at <= e.at) AS specialties,"
    " EXISTS (SELECT FROM grievances_event v WHERE v.dispute_id = d.id AND v.serial > e.serial"
    "  AND v.kind = 'vacated'"
    "  AND NOT EXISTS (SELECT FROM grievances_event o WHERE o.dispute_id = d.id AND o.serial > e.serial"
    "   AND o.serial < v.serial AND o.kind IN ('decided', 'lapsed', 'withdrawn'))) AS taken_back,"
    " (SELECT array_agg(DISTINCT s.role ORDER BY s.role) FROM members_staffrole s"
    "  WHERE e.actor = 'staff:' || s.user_id) AS roles"
    " FROM grievances_event e JOIN grievances_dispute d ON d.id = e.dispute_id"
    " JOIN cases_case n ON n.id = d.case_id"
    f" WHERE e.kind IN ('decided', 'lapsed', 'withdrawn') AND {CHOSEN}"
    " AND (e.kind <> 'lapsed' OR e.detail->>'lapse' IN ('adverse', 'granted'))"
    " AND (e.at, e.id) < (%(before_at)s::timestamptz, %(before_id)s::bigint)"
    " ORDER BY e.at DESC, e.id DESC LIMIT %(limit)s"
)
Place = tuple[datetime, int]


def list_decisions(
    *, asked: Asked, actor: Actor, before: Place | None = None, size: int = PAGE_SIZE
) -> tuple[tuple[Audited, ...], Place | None]:
    """Return a page of decisions, the latest first; the look is recorded. Errors: NotAllowed."""
    return _page(opened(asked, what="decisions", actor=actor), before, size)


def list_all_decisions(*, asked: Asked, actor: Actor) -> Iterator[Audited]:
    """Return all decisions of a period, some at a time; that is recorded. Errors: NotAllowed."""
    values = opened(asked, what="decisions_export", actor=actor)

    def decisions() -> Iterator[Audited]:
        before: Place | None = None
        while True:
            found, before = _page(values, before, AT_ONCE)
            yield from found
            if before is None:
                return

    return decisions()


def _page(
    values: dict[str, Any], before: Place | None, size: int
) -> tuple[tuple[Audited, ...], Place | None]:
    at, identity = before or ("infinity", 0)
    rows = fetch_all(
        _DECISIONS, {**values, "before_at": at, "before_id": identity, "limit": size + 1}
    )
    shown = rows[:size]
    more = len(rows) > size
    return tuple(_audited(row) for row in shown), (shown[-1].at, shown[-1].id) if more else None


def _audited(row: Any) -> Audited:
    said: dict[str, Any] = json.loads(row.detail) if isinstance(row.detail, str) else row.detail
    return Audited(
        event_id=row.id, case_number=row.number, law=Law(row.law), place=row.place,
        matter=Matter(row.matter), kind=Kind(row.kind), level=row.level,
        outcome=_outcome(row.kind, said), code=said.get("code", ""), criteria=said.get("criteria", ""),
        at=row.at, zone=row.zone, actor=row.actor, actor_name=row.actor_name,
        roles=tuple(row.roles or ()), specialties=tuple(row.specialties or ()),
        notice_on=said.get("notice_on", ""), taken_back=row.taken_back,
    )  # fmt: skip


def _outcome(kind: str, said: dict[str, Any]) -> str:
    """Return the outcome; of a lapse what the law made of silence."""
    if kind == Kind.LAPSED:
        return Outcome.OVERTURNED if said["lapse"] == Lapse.GRANTED else Outcome.UPHELD
    return Outcome.WITHDRAWN if kind == Kind.WITHDRAWN else str(said["outcome"])
