"""The one way a case goes from one status to another, and what that does to its clock."""

from datetime import datetime, timedelta
from typing import Any

from openmember.cases import dossier, queries, rules
from openmember.cases.categories import get_category
from openmember.cases.clocks.types import ClockEvent, ClockEventKind
from openmember.cases.policy import get_policy, hours_of
from openmember.cases.services.steps import (
    again,
    append,
    change,
    clear_alarms,
    clock,
    locked,
    locked_for_member,
    raise_alarm,
)
from openmember.cases.types import Alarm, Case, CaseRefused, Status
from openmember.members.types import Actor

_WAITING = {Status.WAITING_ON_MEMBER, Status.WAITING_ON_OTHER}


def move(
    *,
    case: Case,
    to: Status,
    now: datetime,
    actor: Actor,
    why: str = "",
    answer: str = "",
    expected_version: int | None = None,
) -> Case:
    """Take a case to another status.

    Shape:  `answer` is what the member reads when it is resolved, and `why` what the staff reads, or on
            waiting_on_member what the member is asked for. A checklist with open items needs a `why`.
    Errors: NotAllowed; EditedMeanwhile; CaseRefused `no_such_move`, `no_answer`, `nothing_asked`,
            `checklist_open`.
    """
    if to in {Status.MERGED, Status.REOPENED}:
        raise CaseRefused("no_such_move", "merging and reopening have services of their own")
    with locked(case, actor=actor, expected_version=expected_version) as found:
        if to is Status.RESOLVED:
            _check_resolving(found, answer, why)
        if to is Status.WAITING_ON_MEMBER and not why.strip():
            raise CaseRefused("nothing_asked", "say what you need from the member")
        step(found, to, now=now, actor=actor, why=why.strip(), answer=answer.strip())
    return again(case.id)


def reopen(*, case: Case, why: str, now: datetime, actor: Actor) -> Case:
    """Work a case again, with a new clock: for staff who may work it, and for the member whose it is.

    Errors: NotAllowed; CaseRefused `no_such_move`, `nothing_said`, `too_late` for the member after the days
            of the policy.
    """
    lock = locked_for_member if actor.kind == "member" else locked
    with lock(case, actor=actor) as found:
        if not why.strip():
            raise CaseRefused("nothing_said", "say what is not settled")
        if actor.kind == "member" and not may_reopen(case=found, now=now):
            raise CaseRefused("too_late", "this was settled too long ago; ask a new question")
        step(found, Status.REOPENED, now=now, actor=actor, why=why.strip())
        raise_alarm(found, Alarm.MEMBER_WROTE, at=now)
    return again(case.id)


def may_reopen(*, case: Case, now: datetime) -> bool:
    """Return whether the member may still reopen a case."""
    if case.status not in {Status.RESOLVED, Status.CLOSED} or case.resolved_at is None:
        return False
    return now <= case.resolved_at + timedelta(days=get_policy().reopen_within_days)


def step(
    case: Case, to: Status, *, now: datetime, actor: Actor, why: str = "", answer: str = "",
    into: int | None = None,
) -> None:  # fmt: skip
    """Move a case whose row is locked; `into` is what it is merged into. Errors: CaseRefused `no_such_move`."""
    try:
        rules.check_move(case.status, to)
    except rules.CannotMove as refused:
        raise CaseRefused("no_such_move", str(refused)) from refused
    merged = {"merged_into": into} if into is not None else {}
    columns = {"status": to.value, **_columns(case, to, now, answer), **merged}
    # A settled case has no due date, as a constraint asks: it is settled after its clock and runs before it.
    if to is Status.REOPENED:
        change(case.id, **columns)
        _wind(case, to, now=now, actor=actor)
    else:
        _wind(case, to, now=now, actor=actor)
        change(case.id, **columns)
    append(
        case, "moved", at=now, actor=actor, is_visible=to is not Status.MERGED,
        before=case.status.value, to=to.value, why=why, **merged,
    )  # fmt: skip
    if to in {Status.RESOLVED, Status.CLOSED, Status.MERGED}:
        clear_alarms(case, *Alarm, at=now, actor=actor)


def _columns(case: Case, to: Status, now: datetime, answer: str) -> dict[str, Any]:
    if to is Status.RESOLVED:
        return {"resolved_at": now, "resolution": answer, "resolutions": case.resolutions + 1}
    if to is Status.CLOSED:
        return {"closed_at": now}
    return {"closed_at": None} if to is Status.REOPENED else {}


def _wind(case: Case, to: Status, *, now: datetime, actor: Actor) -> None:
    """Pause, resume, stop or start the clock as the move asks."""
    category = get_category(code=case.category)
    if to is Status.REOPENED:
        hours = hours_of(team=case.team, region=case.region)
        clock(
            case,
            ClockEvent(now, ClockEventKind.STARTED, rule=category.rule, hours=hours),
            actor=actor,
        )
        return
    state = queries.get_clock(case=case)
    if state is None or state.stopped_at is not None:
        return
    if not to.is_open:
        clock(case, ClockEvent(now, ClockEventKind.STOPPED), actor=actor)
    elif to in category.pauses and state.paused_at is None:
        clock(case, ClockEvent(now, ClockEventKind.PAUSED), actor=actor, why=to.value)
    elif to not in category.pauses and state.paused_at is not None:
        clock(case, ClockEvent(now, ClockEventKind.RESUMED), actor=actor)


def _check_resolving(case: Case, answer: str, why: str) -> None:
    if not answer.strip():
        raise CaseRefused("no_answer", "write the answer the member will read")
    done = {tick.item for tick in dossier.list_ticks(case=case)}
    left = [one for one in get_category(code=case.category).steps if one.code not in done]
    if left and not why.strip():
        raise CaseRefused(
            "checklist_open", "tick the rest of the checklist, or say why it is not needed"
        )
