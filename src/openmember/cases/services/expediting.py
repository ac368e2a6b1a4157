"""Asking for a faster answer because somebody's health cannot wait, and deciding it."""

from datetime import datetime

from openmember.cases.categories import get_category
from openmember.cases.clocks.rules import due_of
from openmember.cases.clocks.types import ClockEvent, ClockEventKind, Rule, Unit
from openmember.cases.policy import get_policy, hours_of
from openmember.cases.queries import get_clock
from openmember.cases.services.steps import again, append, change, clock, locked, name_of
from openmember.cases.types import Case, CaseRefused, Priority
from openmember.kernel.sql import fetch_one
from openmember.members.types import Actor, Scope


def ask(*, case: Case, reason: str, by_clinician: bool, now: datetime, actor: Actor) -> Case:
    """Ask that a case be decided sooner on clinical urgency.

    Shape:  what a treating clinician asks for is granted at once, as the law has it for appeals and drug
            exceptions; anything else waits for somebody who may decide it.
    Errors: NotAllowed; CaseRefused `nothing_said`, `not_running`, `asked_already`, `expedited_already`,
            `filed`.
    """
    with locked(case, actor=actor) as found:
        _check(found, reason)
        row = fetch_one(
            "INSERT INTO cases_expedite (case_id, reason, by_clinician, asked_at, asked_by, asked_name)"
            " VALUES (%(case)s, %(reason)s, %(clinician)s, %(at)s, %(by)s, %(name)s)"
            " ON CONFLICT (case_id) WHERE granted IS NULL DO NOTHING RETURNING id",
            {
                "case": found.id,
                "reason": reason.strip(),
                "clinician": by_clinician,
                "at": now,
                "by": str(actor),
                "name": name_of(actor),
            },
        )
        if row is None:
            raise CaseRefused("asked_already", "this was asked for and waits for an answer")
        append(found, "expedite_asked", at=now, actor=actor, expedite_id=row.id)
        if by_clinician:
            _grant(found, row.id, "", now, actor)
    return again(case.id)


def decide(
    *, case: Case, expedite_id: int, granted: bool, why: str, now: datetime, actor: Actor
) -> Case:
    """Grant a faster answer, which starts a new and shorter clock, or refuse it with the reason.

    Errors: NotAllowed for whoever may not decide on urgency; CaseRefused `nothing_said`, `decided_already`.
    """
    actor.require(Scope.DECIDE_URGENCY)
    with locked(case, actor=actor) as found:
        if not granted and not why.strip():
            raise CaseRefused("nothing_said", "say why it is refused; the member will read it")
        if granted:
            _grant(found, expedite_id, why.strip(), now, actor)
        else:
            _settle(found, expedite_id, False, why.strip(), now, actor)
            append(
                found, "expedite_refused", at=now, actor=actor, is_visible=True,
                expedite_id=expedite_id, why=why.strip(),
            )  # fmt: skip
    return again(case.id)


def expedited_rule(case: Case) -> Rule:
    """Return how fast a case is answered on clinical urgency: by its category, else by the policy."""
    found = get_category(code=case.category).expedited
    return found or Rule(length=get_policy().expedited_hours, unit=Unit.HOUR)


def _check(case: Case, reason: str) -> None:
    if not reason.strip():
        raise CaseRefused("nothing_said", "say what makes it urgent")
    if not case.is_open:
        raise CaseRefused("not_running", "this case is settled")
    if get_category(code=case.category).is_filed:
        raise CaseRefused("filed", "a dispute is expedited on its own page")
    if case.is_expedited:
        raise CaseRefused("expedited_already", "this case is answered as fast as it can be")


def _grant(case: Case, expedite_id: int, why: str, now: datetime, actor: Actor) -> None:
    _settle(case, expedite_id, True, why, now, actor)
    change(case.id, is_expedited=True, priority=int(Priority.URGENT))
    append(
        case, "expedited", at=now, actor=actor, is_visible=True, expedite_id=expedite_id, why=why
    )
    rule, hours = expedited_rule(case), hours_of(team=case.team, region=case.region)
    known = get_clock(case=case)
    # A promise that ends sooner than the fast one holds.
    if known and known.due_at and known.due_at <= due_of(rule, hours, now):
        return
    clock(
        case,
        ClockEvent(now, ClockEventKind.STARTED, rule=rule, hours=hours),
        actor=actor,
        why="expedited",
    )


def _settle(
    case: Case, expedite_id: int, granted: bool, why: str, now: datetime, actor: Actor
) -> None:
    row = fetch_one(
        "UPDATE cases_expedite SET granted = %(granted)s, decision = %(why)s, decided_at = %(at)s,"
        " decided_by = %(by)s, decided_name = %(name)s"
        " WHERE id = %(id)s AND case_id = %(case)s AND granted IS NULL RETURNING id",
        {
            "granted": granted,
            "why": why,
            "at": now,
            "by": str(actor),
            "name": name_of(actor),
            "id": expedite_id,
            "case": case.id,
        },
    )
    if row is None:
        raise CaseRefused("decided_already", "this was decided already")
