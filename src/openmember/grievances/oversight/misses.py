"""The dates the plan missed, and why each was."""

from datetime import datetime
from typing import Any

from django.db import transaction

from openmember.cases.services.steps import name_of
from openmember.grievances.oversight.causes import find_cause
from openmember.grievances.oversight.queries import CHOSEN
from openmember.grievances.oversight.reach import opened
from openmember.grievances.oversight.types import Asked, Miss
from openmember.grievances.oversight.universe import duty_of
from openmember.grievances.types import BadCourse, Law, Matter
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor, Scope

PAGE_SIZE = 50
_MISSES = (
    "SELECT d.id, n.number, n.owner_name, d.law, d.place, d.matter, d.zone, k.*,"  # noqa: S608  constant text
    " coalesce(w.code, '') AS cause, coalesce(w.note, '') AS note, w.noted_at,"
    " coalesce(w.noted_name, '') AS noted_name"
    " FROM grievances_dispute d JOIN cases_case n ON n.id = d.case_id"
    " JOIN grievances_clock k ON k.dispute_id = d.id AND k.whose = 'plan'"
    "  AND k.due_at <= coalesce(k.met_at, %(now)s)"
    " LEFT JOIN grievances_cause w ON (w.dispute_id, w.visit, w.level, w.step)"
    "  = (k.dispute_id, k.visit, k.level, k.step)"
    f" WHERE {CHOSEN} AND NOT EXISTS (SELECT FROM grievances_decision x WHERE x.dispute_id = d.id"
    "  AND x.visit = k.visit AND x.outcome = 'withdrawn' AND k.due_at > x.decided_at)"
)
_WHICH = (
    " AND (%(cause)s::text IS NULL OR coalesce(w.code, '') = %(cause)s)"
    " AND (%(step)s::text IS NULL OR k.step = %(step)s)"
    " AND (k.due_at, k.dispute_id, k.visit, k.step)"
    "  < (%(before_at)s::timestamptz, %(before_id)s::bigint, %(before_visit)s::smallint, %(before_step)s)"
    " ORDER BY k.due_at DESC, k.dispute_id DESC, k.visit DESC, k.step DESC LIMIT %(limit)s"
)
_ONE = " AND n.number = %(number)s AND k.visit = %(visit)s AND k.level = %(level)s AND k.step = %(one_step)s"
Place = tuple[datetime, int, int, str]


def list_misses(
    *, asked: Asked, now: datetime, actor: Actor, cause: str | None = None, step: str | None = None,
    before: Place | None = None, size: int = PAGE_SIZE,
) -> tuple[tuple[Miss, ...], Place | None]:  # fmt: skip
    """Return a page of the dates missed, the latest first; the look is recorded. Errors: NotAllowed.

    Shape:  `cause` narrows to one, or with an empty one to those nobody explained.
    """
    values = {**opened(asked, what="misses", actor=actor), "now": now, "cause": cause, "step": step}
    at, identity, visit, its_step = before or ("infinity", 0, 0, "")
    place = {"before_at": at, "before_id": identity, "before_visit": visit, "before_step": its_step}
    rows = fetch_all(_MISSES + _WHICH, {**values, **place, "limit": size + 1})
    shown = rows[:size]
    last = shown[-1] if len(rows) > size else None
    ends = (last.due_at, last.dispute_id, last.visit, last.step) if last else None
    return tuple(_miss(row) for row in shown), ends


def find_miss(
    *, asked: Asked, number: str, visit: int, level: str, step: str, now: datetime, actor: Actor
) -> Miss | None:
    """Return one date that was missed, or None; the look is recorded. Errors: NotAllowed."""
    values = {
        **opened(asked, what="miss", actor=actor), "now": now, "number": number, "visit": visit,
        "level": level, "one_step": step,
    }  # fmt: skip
    row = fetch_one(_MISSES + _ONE, values)
    return _miss(row) if row else None


@transaction.atomic
def say_why(*, miss: Miss, code: str, note: str, now: datetime, actor: Actor) -> None:
    """Write why a date was missed, once.

    Errors: NotAllowed; BadCourse `unknown_cause`, `explained_already`, `not_missed`.
    """
    actor.require(Scope.OVERSEE)
    if find_cause(code=code) is None:
        raise BadCourse("unknown_cause", code)
    if miss.duty.is_timely(now) is not False:
        raise BadCourse("not_missed")
    written = fetch_one(
        "INSERT INTO grievances_cause (dispute_id, visit, level, step, code, note, noted_at, noted_by,"
        " noted_name) VALUES (%(dispute)s, %(visit)s, %(level)s, %(step)s, %(code)s, %(note)s, %(now)s,"
        " %(actor)s, %(name)s) ON CONFLICT DO NOTHING RETURNING dispute_id",
        {
            "dispute": miss.dispute_id,
            "visit": miss.duty.visit,
            "level": miss.duty.level.value,
            "step": miss.duty.step.value,
            "code": code,
            "note": " ".join(note.split())[:1000],
            "now": now,
            "actor": str(actor),
            "name": name_of(actor),
        },
    )
    if written is None:
        raise BadCourse("explained_already", miss.noted_name)
    audit.record(
        actor=str(actor), action="dispute.cause", dispute_id=miss.dispute_id,
        step=miss.duty.step.value, cause=code,
    )  # fmt: skip


def _miss(row: Any) -> Miss:
    return Miss(
        dispute_id=row.id, case_number=row.number, law=Law(row.law), place=row.place,
        matter=Matter(row.matter), zone=row.zone, duty=duty_of(row), clock_id=row.clock_id,
        owner_name=row.owner_name, cause=row.cause, note=row.note, noted_name=row.noted_name,
        noted_at=row.noted_at,
    )  # fmt: skip
