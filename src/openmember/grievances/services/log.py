"""Writing the log of a dispute, and keeping beside it what it comes to."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from openmember.cases.clocks.types import ClockEvent, ClockEventKind, ClockState, Hours
from openmember.cases.clocks.types import Rule as Counted
from openmember.cases.queries import get_clock
from openmember.cases.services import steps as case_steps
from openmember.cases.types import Case
from openmember.grievances import queries
from openmember.grievances.course import following, standing
from openmember.grievances.kept import Clock, clocks_of, columns_of
from openmember.grievances.services.settling import reopen, settle
from openmember.grievances.types import (
    BadCourse,
    Dispute,
    Event,
    Kind,
    Standing,
    Step,
    Whose,
)
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.queries import get_member
from openmember.members.types import Actor
from openmember.rulebook.types import Unit


@transaction.atomic
def write(*, dispute_id: int, kind: Kind, at: datetime, actor: Actor, **detail: object) -> Dispute:
    """Add what happened to the log, if it can happen, and return the dispute as it then is.

    Errors: BadCourse, also `log_unfit`; nothing is written then. Locks: the dispute's row.
    """
    row = _lock(dispute_id)
    logged = [one.event for one in queries.list_events(dispute_id=dispute_id)]
    if logged and at < logged[-1].at:
        raise BadCourse("before_the_last", "something later stands in the log already")
    event = Event(kind, at, detail)
    found = following(logged, event)
    _insert(dispute_id, len(logged) + 1, event, actor, row.member_id)
    keep(dispute_id, found, events=len(logged) + 1)
    case = case_steps.lock(row.case_id)
    if found.is_open:
        reopen(case, at=at, actor=actor)
    follow(case, found, at=at, actor=actor)
    if not found.is_open:
        settle(case, [*logged, event], at=at, actor=actor)
    case_steps.append(
        case, f"dispute_{kind}", at=at, actor=actor, is_visible=kind in _SEEN, **detail
    )
    return queries.get_dispute(dispute_id=dispute_id)


def require_unchanged(*, dispute_id: int, events: int) -> None:
    """Hold the log for this transaction, where nobody wrote since it had so many events.

    Errors: BadCourse `meanwhile`; its message names who wrote last. Locks: the dispute's row.
    """
    _lock(dispute_id)
    logged = queries.list_events(dispute_id=dispute_id)
    if len(logged) != events:
        raise BadCourse("meanwhile", logged[-1].actor_name or logged[-1].actor)


def begin(*, dispute_id: int, event: Event, case: Case, actor: Actor) -> None:
    """Write the first event of a dispute just filed."""
    found = standing([event])
    _insert(dispute_id, 1, event, actor, case.member_id or 0)
    keep(dispute_id, found, events=1)
    follow(case, found, at=event.at, actor=actor)
    audit.record(
        actor=str(actor), action="dispute.received", account_number=case.account_number,
        member_id=case.member_id, case_id=case.id, dispute_id=dispute_id,
    )  # fmt: skip


def keep(dispute_id: int, found: Standing, *, events: int) -> None:
    """Set the columns and clocks of a dispute to what its log comes to. Again changes nothing."""
    fetch_all(
        "UPDATE grievances_dispute SET matter = %(matter)s, care = %(care)s, level = %(level)s,"
        " speed = %(speed)s, outcome = %(outcome)s, is_open = %(is_open)s, is_tolled = %(is_tolled)s,"
        " tolled_at = %(tolled_at)s, tolled_until = %(tolled_until)s,"
        " due_step = %(due_step)s, due_at = %(due_at)s, events = %(events)s WHERE id = %(id)s",
        {"id": dispute_id, "events": events, **columns_of(found)._asdict()},
    )
    kept = clocks_of(found)
    fetch_all(
        "DELETE FROM grievances_clock k WHERE dispute_id = %(id)s AND NOT EXISTS"
        " (SELECT FROM unnest(%(visits)s::smallint[], %(levels)s::text[], %(steps)s::text[])"
        "  n (visit, level, step) WHERE (n.visit, n.level, n.step) = (k.visit, k.level, k.step))",
        {
            "id": dispute_id,
            "visits": [one.visit for one in kept],
            "levels": [one.level for one in kept],
            "steps": [one.step for one in kept],
        },
    )
    write_clocks([(dispute_id, one) for one in kept])
    _keep_decisions(dispute_id, found)


def _keep_decisions(dispute_id: int, found: Standing) -> None:
    fetch_all(
        "WITH gone AS (DELETE FROM grievances_decision"
        "  WHERE dispute_id = %(id)s AND visit <> ALL (%(visits)s::smallint[]))"
        " INSERT INTO grievances_decision (dispute_id, visit, level, outcome, code, decided_at, notice_on,"
        "  delivered_on, by_law)"
        " SELECT %(id)s, * FROM unnest(%(visits)s::smallint[], %(levels)s::text[], %(outcomes)s::text[],"
        "  %(codes)s::text[], %(ats)s::timestamptz[], %(notices)s::date[], %(deliveries)s::date[],"
        "  %(by_law)s::bool[])"
        " ON CONFLICT (dispute_id, visit) DO UPDATE SET level = excluded.level,"
        "  outcome = excluded.outcome, code = excluded.code, decided_at = excluded.decided_at,"
        "  notice_on = excluded.notice_on, delivered_on = excluded.delivered_on, by_law = excluded.by_law",
        {
            "id": dispute_id,
            "visits": [one.visit for one in found.decisions],
            "levels": [one.level.value for one in found.decisions],
            "outcomes": [one.outcome.value for one in found.decisions],
            "codes": [one.code for one in found.decisions],
            "ats": [one.at for one in found.decisions],
            "notices": [one.notice_on for one in found.decisions],
            "deliveries": [one.delivered_on for one in found.decisions],
            "by_law": [one.by_law for one in found.decisions],
        },
    )


def write_clocks(rows: Sequence[tuple[int, Clock]]) -> None:
    """Write clocks of disputes, in one statement however many. A date that moved is warned of anew.

    What turns out to have been met in time, as by a letter noted later, was not missed.
    """
    fetch_all(
        "INSERT INTO grievances_clock AS k (dispute_id, visit, level, step, whose, clock_id, started_at,"
        "  due_at, met_at, lapse)"
        " SELECT * FROM unnest(%(ids)s::bigint[], %(visits)s::smallint[], %(levels)s::text[],"
        "  %(steps)s::text[], %(whose)s::text[], %(clocks)s::text[], %(starts)s::timestamptz[],"
        "  %(dues)s::timestamptz[], %(mets)s::timestamptz[], %(lapses)s::text[])"
        " ON CONFLICT (dispute_id, visit, level, step) DO UPDATE SET whose = excluded.whose,"
        "  clock_id = excluded.clock_id, started_at = excluded.started_at, met_at = excluded.met_at,"
        "  lapse = excluded.lapse, due_at = excluded.due_at,"
        "  warned_at = CASE WHEN k.due_at IS NOT DISTINCT FROM excluded.due_at THEN k.warned_at END,"
        "  missed_at = CASE WHEN k.due_at IS NOT DISTINCT FROM excluded.due_at"
        "   AND (excluded.met_at < excluded.due_at) IS NOT TRUE THEN k.missed_at END",
        {
            "ids": [dispute_id for dispute_id, _ in rows],
            "visits": [one.visit for _, one in rows],
            "levels": [one.level for _, one in rows],
            "steps": [one.step for _, one in rows],
            "whose": [one.whose for _, one in rows],
            "clocks": [one.clock_id for _, one in rows],
            "starts": [one.started_at for _, one in rows],
            "dues": [one.due_at for _, one in rows],
            "mets": [one.met_at for _, one in rows],
            "lapses": [one.lapse for _, one in rows],
        },
    )


def follow(case: Case, found: Standing, *, at: datetime, actor: Actor) -> None:
    """Let the case's own clock be the plan's decision: the same rule, start, pause and extension.

    Where no law sets one, the promise the case began with stands until it is decided.
    """
    if found.decision is None and found.level.is_plans and not _has_law(found):
        return
    wanted = _case_clock(found)
    known = get_clock(case=case)
    runs = known is not None and known.stopped_at is None
    if wanted is None:
        if runs:
            case_steps.clock(case, ClockEvent(at, ClockEventKind.STOPPED), actor=actor)
        return
    if runs and known is not None and wanted.is_kept_by(known):
        return
    started = ClockEvent(
        wanted.started_at, ClockEventKind.STARTED, rule=Counted(clock_id=wanted.clock_id),
        hours=Hours(wanted.zone, (), 0, 24),
    )  # fmt: skip
    case_steps.clock(case, started, actor=actor, why="law")
    if wanted.added:
        longer = ClockEvent(at, ClockEventKind.EXTENDED, added=wanted.added)
        case_steps.clock(case, longer, actor=actor)
    for since, until in wanted.pauses:
        case_steps.clock(case, ClockEvent(since, ClockEventKind.PAUSED), actor=actor)
        if until is not None:
            case_steps.clock(case, ClockEvent(until, ClockEventKind.RESUMED), actor=actor)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What the clock of a case is: of the rule, from its start, with what paused and lengthened it."""

    started_at: datetime
    clock_id: str
    added: int
    pauses: tuple[tuple[datetime, datetime | None], ...]
    zone: str
    due_at: datetime | None

    def is_kept_by(self, known: ClockState) -> bool:
        """Whether the case's clock is this one already."""
        paused_at = next((since for since, until in self.pauses if until is None), None)
        mine = (self.started_at, self.clock_id, self.due_at, paused_at)
        return mine == (known.started_at, known.rule.clock_id, known.due_at, known.paused_at)


def _case_clock(found: Standing) -> _Wanted | None:
    decide = next(
        (
            one
            for one in found.clocks
            if one.step is Step.DECIDE and one.whose is Whose.PLAN and one.visit == found.visit
        ),
        None,
    )
    if decide is None or decide.met_at is not None or not found.is_open:
        return None
    governs = decide.governs
    is_hours = governs.clock.unit is Unit.HOUR
    return _Wanted(
        governs.started_at, governs.clock.id, governs.added * 24 if is_hours else governs.added,
        tuple((one.since, one.until) for one in decide.stood), found.zone, governs.due_at,
    )  # fmt: skip


def _has_law(found: Standing) -> bool:
    return any(one.step is Step.DECIDE and one.visit == found.visit for one in found.clocks)


def _lock(dispute_id: int) -> Any:
    row = fetch_one(
        "SELECT id, case_id, member_id FROM grievances_dispute WHERE id = %(id)s FOR NO KEY UPDATE",
        {"id": dispute_id},
    )
    if row is None:
        raise queries.UnknownDispute(dispute_id)
    return row


def _insert(dispute_id: int, serial: int, event: Event, actor: Actor, member_id: int) -> None:
    fetch_all(
        "INSERT INTO grievances_event (dispute_id, serial, kind, at, detail, actor, actor_name)"
        " VALUES (%(dispute)s, %(serial)s, %(kind)s, %(at)s, %(detail)s, %(actor)s, %(name)s)",
        {
            "dispute": dispute_id,
            "serial": serial,
            "kind": event.kind.value,
            "at": event.at,
            "detail": json.dumps(dict(event.detail), default=str),
            "actor": str(actor),
            "name": _name_of(actor, member_id),
        },
    )


def _name_of(actor: Actor, member_id: int) -> str:
    """Return who it was: of the staff by first name, and whoever acts for the member by theirs."""
    if actor.kind == "member" and actor.member_id not in {None, member_id}:
        return get_member(member_id=actor.member_id or 0).name
    return case_steps.name_of(actor)


# What the member reads in the timeline of the case.
_SEEN = {
    Kind.ACKNOWLEDGED, Kind.EXPEDITED, Kind.EXPEDITE_REFUSED, Kind.EXTENDED, Kind.TOLLED, Kind.RESUMED,
    Kind.DECIDED, Kind.LAPSED, Kind.ESCALATED, Kind.EFFECTUATED, Kind.WITHDRAWN, Kind.REOPENED, Kind.VACATED,
    Kind.SUPPORTED,
}  # fmt: skip
