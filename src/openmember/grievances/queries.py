"""Disputes as somebody may see them. Whoever may read the case may read its dispute."""

import json
from typing import Any

from openmember.cases.queries import UnknownCase, get_own_case
from openmember.cases.types import Case
from openmember.grievances.course import misfit_of, standing
from openmember.grievances.last_kept import last_kept
from openmember.grievances.types import (
    AskedBy,
    BadCourse,
    Dispute,
    Event,
    Kind,
    Level,
    Listed,
    Logged,
    Matter,
    Misfit,
    Outcome,
    Standing,
)
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor

_SELECT = "SELECT d.*, c.number AS case_number FROM grievances_dispute d JOIN cases_case c ON c.id = d.case_id"

_LISTED = """
SELECT d.member_id, d.matter, d.service, d.received_at, d.zone, d.level, d.outcome, d.is_open, d.is_tolled,
       c.number, c.due_at AS promised_by, m.first_name || ' ' || m.last_name AS member_name,
       decide.clock_id, decide.due_at,
       EXISTS (SELECT FROM grievances_clock k WHERE k.dispute_id = d.id AND k.whose = 'member'
                  AND k.step = 'file' AND k.met_at IS NULL) AS may_go_on
FROM grievances_dispute d JOIN cases_case c ON c.id = d.case_id JOIN members_member m ON m.id = d.member_id
LEFT JOIN LATERAL (
    SELECT k.clock_id, k.due_at FROM grievances_clock k
    WHERE k.dispute_id = d.id AND k.step = 'decide' AND k.met_at IS NULL AND d.outcome = ''
      AND k.visit = (SELECT max(n.visit) FROM grievances_clock n WHERE n.dispute_id = d.id)
) decide ON true
WHERE d.member_id = ANY (%(ids)s)
ORDER BY d.is_open DESC, d.id DESC LIMIT %(limit)s
"""


class UnknownDispute(LookupError):
    """There is no such dispute, or this case has none."""


def find_dispute(*, case: Case) -> Dispute | None:
    """Return the dispute of a case, which the reader was given by a query of cases."""
    row = fetch_one(f"{_SELECT} WHERE d.case_id = %(case)s", {"case": case.id})
    return dispute_from_row(row) if row else None


def get_own_dispute(
    *, number: str, member_ids: tuple[int, ...], actor: Actor
) -> tuple[Case, Dispute]:
    """Return a dispute of one of these members by its case's number, for them; the read is audited.

    Errors: UnknownDispute.
    """
    try:
        case = get_own_case(number=number, member_ids=member_ids, actor=actor)
    except UnknownCase as unknown:
        raise UnknownDispute(number) from unknown
    found = find_dispute(case=case)
    if found is None:
        raise UnknownDispute(number)
    return case, found


def list_own_disputes(*, member_ids: tuple[int, ...], limit: int = 100) -> tuple[Listed, ...]:
    """Return the disputes of these members, for them: the open ones first, then the newest."""
    rows = fetch_all(_LISTED, {"ids": list(member_ids), "limit": limit})
    return tuple(
        Listed(
            number=row.number, member_id=row.member_id, member_name=row.member_name,
            matter=Matter(row.matter), service=row.service, received_at=row.received_at, zone=row.zone,
            level=Level(row.level), outcome=Outcome(row.outcome) if row.outcome else None,
            is_open=row.is_open, is_tolled=row.is_tolled, decide_clock_id=row.clock_id or "",
            decide_by=row.due_at, promised_by=row.promised_by, may_go_on=row.may_go_on,
        )
        for row in rows
    )  # fmt: skip


def get_dispute(*, dispute_id: int) -> Dispute:
    """Return a dispute by its id, for services and jobs. Errors: UnknownDispute."""
    row = fetch_one(f"{_SELECT} WHERE d.id = %(id)s", {"id": dispute_id})
    if row is None:
        raise UnknownDispute(dispute_id)
    return dispute_from_row(row)


def dispute_from_row(row: Any) -> Dispute:
    """Return a row as a value, with its log and what that comes to."""
    events = list_events(dispute_id=row.id)
    found, misfit = _read(row, events)
    return Dispute(
        id=row.id, case_id=row.case_id, case_number=row.case_number, member_id=row.member_id,
        asked_by=AskedBy(row.asked_by), asked_name=row.asked_name, service=row.service, provider=row.provider,
        served_from=row.served_from, served_until=row.served_until, amount_cents=row.amount_cents,
        notice_on=row.notice_on, decider_id=row.decider_id, good_cause=row.good_cause,
        standing=found, events=events, misfit=misfit,
    )  # fmt: skip


def _read(row: Any, events: tuple[Logged, ...]) -> tuple[Standing, Misfit | None]:
    """Return what a log comes to; where a correction of the rules lets it fit no more, what was kept last."""
    log = [one.event for one in events]
    try:
        return standing(log), None
    except BadCourse:
        return last_kept(row, log), misfit_of(log)


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
