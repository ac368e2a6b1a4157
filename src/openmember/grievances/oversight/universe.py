"""The universe: one line a dispute, with the dates a regulator asks for."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from openmember.grievances.oversight.queries import CHOSEN
from openmember.grievances.oversight.reach import opened
from openmember.grievances.oversight.types import Asked, Duty, Line
from openmember.grievances.types import Kind, Law, Level, Matter, Outcome, Speed, Step
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor

PAGE_SIZE, AT_ONCE = 50, 2000
_PAGE = (
    "SELECT d.id, d.case_id, d.law, d.place, d.matter, d.level, d.speed, d.zone, d.asked_by, d.received_at,"  # noqa: S608  constant text
    " d.is_open, n.number, n.channel FROM grievances_dispute d JOIN cases_case n ON n.id = d.case_id"
    f" WHERE {CHOSEN} AND (d.received_at, d.id) > (%(after_at)s::timestamptz, %(after_id)s::bigint)"
    " ORDER BY d.received_at, d.id LIMIT %(limit)s"
)
_DUTIES = (
    "SELECT * FROM grievances_clock WHERE dispute_id = ANY (%(ids)s) AND whose = 'plan'"
    " ORDER BY dispute_id, visit, due_at"
)
_DECISIONS = (
    "SELECT * FROM grievances_decision WHERE dispute_id = ANY (%(ids)s) ORDER BY dispute_id, visit"
)
_ASKED = (
    "SELECT dispute_id, kind, at, detail->>'days' AS days, detail->>'speed' AS speed, detail->>'wish' AS wish"
    " FROM grievances_event WHERE dispute_id = ANY (%(ids)s)"
    " AND kind IN ('received', 'expedited', 'expedite_refused', 'extended') ORDER BY dispute_id, serial"
)
Place = tuple[datetime, int]


def list_page(
    *, asked: Asked, actor: Actor, after: Place | None = None, size: int = PAGE_SIZE
) -> tuple[tuple[Line, ...], Place | None]:
    """Return a page of the universe and where the next begins; the look is recorded. Errors: NotAllowed."""
    values = opened(asked, what="universe", actor=actor)
    return _page(values, after, size)


def list_all(*, asked: Asked, actor: Actor) -> Iterator[Line]:
    """Return the whole universe, some at a time; that it was taken is recorded. Errors: NotAllowed."""
    values = opened(asked, what="export", actor=actor)

    def lines() -> Iterator[Line]:
        after: Place | None = None
        while True:
            found, after = _page(values, after, AT_ONCE)
            yield from found
            if after is None:
                return

    return lines()


def _page(
    values: dict[str, Any], after: Place | None, size: int
) -> tuple[tuple[Line, ...], Place | None]:
    at, identity = after or ("-infinity", 0)
    rows = fetch_all(_PAGE, {**values, "after_at": at, "after_id": identity, "limit": size + 1})
    shown = rows[:size]
    ids = {"ids": [row.id for row in shown]}
    duties, decisions, asked = _by(_DUTIES, ids), _by(_DECISIONS, ids), _by(_ASKED, ids)
    lines = tuple(_line(row, duties[row.id], decisions[row.id], asked[row.id]) for row in shown)
    more = len(rows) > size
    return lines, (shown[-1].received_at, shown[-1].id) if more else None


def _by(query: str, ids: dict[str, list[int]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in fetch_all(query, ids):
        found[row.dispute_id].append(row)
    return found


def _line(row: Any, duties: list[Any], decisions: list[Any], events: list[Any]) -> Line:
    found = tuple(duty_of(one) for one in duties)
    first, last = _first(found, decisions), decisions[-1] if decisions else None
    ended = next((one for one in decisions if one.outcome == Outcome.WITHDRAWN), None)
    asked_at, granted = _expedited(events)
    return Line(
        id=row.id, case_number=row.number, law=Law(row.law), place=row.place, matter=Matter(row.matter),
        level=Level(row.level), speed=Speed(row.speed), zone=row.zone, channel=row.channel,
        asked_by=row.asked_by, received_at=row.received_at, is_open=row.is_open,
        expedite_asked_at=asked_at, expedite_granted=granted,
        extended_days=sum(int(one.days or 0) for one in events if one.kind == Kind.EXTENDED),
        duties=found,
        decided_at=first.decided_at if first else None,
        outcome=Outcome(first.outcome) if first else None,
        notice_on=first.notice_on if first else None,
        delivered_on=first.delivered_on if first else None,
        last_outcome=Outcome(last.outcome) if last else None,
        withdrawn_at=ended.decided_at if ended else None,
        withdrawn_visit=ended.visit if ended else 0,
    )  # fmt: skip


def _first(duties: Sequence[Duty], decisions: Sequence[Any]) -> Any:
    """Return the decision that the plan owed first, none where others decided because it did not."""
    visits = [one.visit for one in duties if one.step is Step.DECIDE]
    if not visits:
        return decisions[0] if decisions else None
    return next((one for one in decisions if one.visit == visits[0]), None)


def duty_of(row: Any) -> Duty:
    """Return a row of the clocks as a date of the plan."""
    return Duty(
        row.visit, Level(row.level), Step(row.step), row.started_at, row.due_at, row.met_at, row.warned_at,
        row.missed_at,
    )  # fmt: skip


def _expedited(events: list[Any]) -> tuple[datetime | None, bool | None]:
    """Return when a fast decision was asked for, or decided on, and whether it was granted."""
    received = events[0]
    asked_at = received.at if received.speed == Speed.EXPEDITED or received.wish else None
    granted = True if received.speed == Speed.EXPEDITED else None
    for one in events:
        if one.kind in {Kind.EXPEDITED, Kind.EXPEDITE_REFUSED}:
            asked_at, granted = asked_at or one.at, one.kind == Kind.EXPEDITED
    return asked_at, granted
