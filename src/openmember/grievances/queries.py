"""Disputes as somebody may see them. Whoever may read the case may read its dispute."""

import json
from typing import Any

from openmember.cases.types import Case
from openmember.grievances.course import standing
from openmember.grievances.types import AskedBy, Dispute, Event, Kind, Logged
from openmember.kernel.sql import fetch_all, fetch_one

_SELECT = "SELECT d.*, c.number AS case_number FROM grievances_dispute d JOIN cases_case c ON c.id = d.case_id"


class UnknownDispute(LookupError):
    """There is no such dispute, or this case has none."""


def find_dispute(*, case: Case) -> Dispute | None:
    """Return the dispute of a case, which the reader was given by a query of cases."""
    row = fetch_one(f"{_SELECT} WHERE d.case_id = %(case)s", {"case": case.id})
    return dispute_from_row(row) if row else None


def get_dispute(*, dispute_id: int) -> Dispute:
    """Return a dispute by its id, for services and jobs. Errors: UnknownDispute."""
    row = fetch_one(f"{_SELECT} WHERE d.id = %(id)s", {"id": dispute_id})
    if row is None:
        raise UnknownDispute(dispute_id)
    return dispute_from_row(row)


def dispute_from_row(row: Any) -> Dispute:
    """Return a row as a value, with its log and what that comes to."""
    events = list_events(dispute_id=row.id)
    return Dispute(
        id=row.id, case_id=row.case_id, case_number=row.case_number, member_id=row.member_id,
        asked_by=AskedBy(row.asked_by), asked_name=row.asked_name, service=row.service, provider=row.provider,
        served_from=row.served_from, served_until=row.served_until, amount_cents=row.amount_cents,
        notice_on=row.notice_on, decider_id=row.decider_id, good_cause=row.good_cause,
        standing=standing(one.event for one in events), events=events,
    )  # fmt: skip


def list_events(*, dispute_id: int) -> tuple[Logged, ...]:
    """Return the log, in the order in which it was written."""
    rows = fetch_all(
        "SELECT kind, at, detail, actor, actor_name, recorded_at FROM grievances_event"
        " WHERE dispute_id = %(id)s ORDER BY serial",
        {"id": dispute_id},
    )
    return tuple(
        Logged(
            Event(Kind(row.kind), row.at, _plain(row.detail)),
            row.actor, row.actor_name, row.recorded_at,
        )
        for row in rows
    )  # fmt: skip


def _plain(detail: Any) -> dict[str, object]:
    found: dict[str, object] = json.loads(detail) if isinstance(detail, str) else detail
    return found
