"""What those who work disputes do, one verb each. The log says whether it can happen."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from openmember.cases.queries import may_work
from openmember.cases.services import moving
from openmember.cases.services import steps as case_steps
from openmember.cases.types import Alarm, Status
from openmember.grievances.access import require_appeal_for, require_dispute_for, require_end_for
from openmember.grievances.amounts import at_stake
from openmember.grievances.choosing import care_as
from openmember.grievances.handoffs.evidence import require_shared
from openmember.grievances.involved import had_a_part
from openmember.grievances.policy import get_policy
from openmember.grievances.reasons import find_reason
from openmember.grievances.services import assigning, told
from openmember.grievances.services.missing import write
from openmember.grievances.tolling import asking
from openmember.grievances.types import BadCourse, Care, Dispute, Kind, Level, Matter, Outcome, Step
from openmember.members.types import Actor, NotAllowed, Scope

# A weekend and a holiday may lie between a decision and its letter.
MAILED_WITHIN = timedelta(days=4)


def acknowledge(*, dispute: Dispute, now: datetime, actor: Actor) -> Dispute:
    """Note that the member was told in writing that it came. Errors: NotAllowed; BadCourse."""
    _require(dispute, actor)
    return write(dispute_id=dispute.id, kind=Kind.ACKNOWLEDGED, at=now, actor=actor)


def relabel(
    *, dispute: Dispute, matter: Matter, care: Care, why: str, now: datetime, actor: Actor
) -> Dispute:
    """Call it what it is. Its clocks go on from the first receipt. Errors: NotAllowed; BadCourse."""
    _require(dispute, actor)
    return write(
        dispute_id=dispute.id, kind=Kind.RELABELLED, at=now, actor=actor, matter=matter.value,
        care=care_as(dispute.standing.track.law, care, matter).value, why=_said(why),
    )  # fmt: skip


def expedite(
    *, dispute: Dispute, by_clinician: bool, why: str, now: datetime, actor: Actor
) -> Dispute:
    """Decide it fast. What a clinician asks for is granted; else who may decide on urgency does.

    Errors: NotAllowed; BadCourse. Source: 29 CFR 2560.503-1(m)(1)(iii); 42 CFR 422.570(c)(2).
    """
    _require(dispute, actor)
    if not by_clinician:
        actor.require(Scope.DECIDE_URGENCY)
    return write(
        dispute_id=dispute.id, kind=Kind.EXPEDITED, at=now, actor=actor, by_clinician=by_clinician,
        why=_said(why),
    )  # fmt: skip


def refuse_to_expedite(*, dispute: Dispute, why: str, now: datetime, actor: Actor) -> Dispute:
    """Keep the standard clock, with a reason the member reads; they may file a grievance about that.

    Errors: NotAllowed; BadCourse.
    """
    _require(dispute, actor)
    actor.require(Scope.DECIDE_URGENCY)
    return write(
        dispute_id=dispute.id, kind=Kind.EXPEDITE_REFUSED, at=now, actor=actor, why=_said(why)
    )


def extend(*, dispute: Dispute, days: int, why: str, now: datetime, actor: Actor) -> Dispute:
    """Take the days the law allows, once and in time, with the reason the member's notice gives.

    Errors: NotAllowed; BadCourse `no_extension`, `extension_too_long`, `extended_already`, `extended_too_late`.
    """
    _require(dispute, actor)
    return write(
        dispute_id=dispute.id, kind=Kind.EXTENDED, at=now, actor=actor, days=days, why=_said(why)
    )


def toll(
    *, dispute: Dispute, why: str, now: datetime, actor: Actor, until: date | None = None
) -> Dispute:
    """Stop the clock while the member is asked for something, where the law lets it.

    Shape:  `until` is the last day for the answer, the first the law allows where it is not said. When that day
            is over the clock goes on by itself.
    Errors: NotAllowed; BadCourse `no_tolling`, `toll_needs_notice`, `tolled_once`, `tolled_already`,
            `toll_too_short`, `toll_too_late`, `toll_too_long`.
    """
    _require(dispute, actor)
    least = asking(dispute.standing, now).until
    last = until or least
    if last > least + get_policy().answer_at_most:
        raise BadCourse("toll_too_long", "nobody waits that long for an answer")
    return write(
        dispute_id=dispute.id, kind=Kind.TOLLED, at=now, actor=actor, until=last.isoformat(), why=_said(why)
    )  # fmt: skip


def member_answered(
    *, dispute: Dispute, now: datetime, actor: Actor, came_at: datetime | None = None
) -> Dispute:
    """Let a clock that stood still for the member go on from the moment they answered. Else does nothing.

    Where the log fits the rules no more it waits: `watch_clocks` finds the answer once it does.
    """
    if not dispute.standing.is_tolled or dispute.misfit is not None:
        return dispute
    if actor.kind != "system":
        _require_own(dispute, now, actor)
    return _resume(dispute, came_at, now, actor)


def resume(
    *, dispute: Dispute, now: datetime, actor: Actor, came_at: datetime | None = None
) -> Dispute:
    """Let the clock go on from the moment the answer came: now, or earlier.

    Errors: NotAllowed; BadCourse `not_tolled`, `not_yet`.
    """
    _require(dispute, actor)
    return _resume(dispute, came_at, now, actor)


def _resume(dispute: Dispute, came_at: datetime | None, now: datetime, actor: Actor) -> Dispute:
    said = {"came_at": came_at.isoformat()} if came_at else {}
    return write(dispute_id=dispute.id, kind=Kind.RESUMED, at=now, actor=actor, **said)


def note_statement(
    *, dispute: Dispute, now: datetime, actor: Actor, came_at: datetime | None = None
) -> Dispute:
    """Note that the prescriber's supporting statement came: now, or earlier. The time to decide counts from it.

    Errors: NotAllowed; BadCourse `no_statement_needed`, `supported_already`, `not_yet`.
    Source: 42 CFR 423.568(b), 423.572(a).
    """
    _require(dispute, actor)
    said = {"came_at": came_at.isoformat()} if came_at else {}
    return write(dispute_id=dispute.id, kind=Kind.SUPPORTED, at=now, actor=actor, **said)


def mark_done(*, dispute: Dispute, step: Step, now: datetime, actor: Actor) -> Dispute:
    """Note that a step was taken, such as the file sent to the reviewer. Errors: NotAllowed; BadCourse."""
    _require(dispute, actor)
    return write(dispute_id=dispute.id, kind=Kind.DONE, at=now, actor=actor, step=step.value)


def decide(
    *,
    dispute: Dispute,
    outcome: Outcome,
    reason: str,
    notice_on: date,
    now: datetime,
    actor: Actor,
    code: str = "",
    criteria: str = "",
) -> Dispute:
    """Decide at the level where it is, in words the member reads.

    Shape:  `code` is a reason of `data/reasons.toml`, `criteria` what it was measured by. Nobody decides about
            their own decision.
    Errors: NotAllowed; BadCourse `not_shared`, `answer_awaited`, `dated_back`, `dated_ahead`,
            `decided_the_first`, `decided_already`, `unknown_reason`.
    Source: 29 CFR 2560.503-1(h)(3)(ii); 42 CFR 422.590(h).
    """
    _require(dispute, actor)
    if dispute.standing.level.is_plans and actor.id in had_a_part(dispute):
        raise BadCourse("decided_the_first", "who made a decision does not decide about it")
    _require_day(dispute, notice_on, now)
    require_shared(dispute=dispute, outcome=outcome, now=now)
    if code and outcome not in find_reason(code=code).outcomes:
        raise BadCourse("unknown_reason", "this reason does not go with that outcome")
    told = {"code": code, "criteria": " ".join(criteria.split())[:2000]}
    return write(
        dispute_id=dispute.id, kind=Kind.DECIDED, at=now, actor=actor, outcome=outcome.value,
        notice_on=notice_on.isoformat(), reason=_said(reason),
        **{name: text for name, text in told.items() if text},
    )  # fmt: skip


def _require_day(dispute: Dispute, notice_on: date, now: datetime) -> None:
    """Refuse a letter from whose day a right would begin too early, or that leaves long after the decision.

    Shape:  who reviews outside decided before we heard of it.
    """
    today = now.astimezone(ZoneInfo(dispute.standing.zone)).date()
    is_ours = dispute.standing.level.is_plans
    if is_ours and notice_on < today:
        raise BadCourse("dated_back", "a letter is not dated before the decision")
    if notice_on > today + (MAILED_WITHIN if is_ours else timedelta()):
        raise BadCourse("dated_ahead", "a letter leaves within days of the decision")


def note_delivery(*, dispute: Dispute, on: date, how: str, now: datetime, actor: Actor) -> Dispute:
    """Note the day a decision reached the member, with what shows it. Errors: NotAllowed; BadCourse."""
    _require(dispute, actor)
    return write(
        dispute_id=dispute.id, kind=Kind.DELIVERED, at=now, actor=actor, on=on.isoformat(), how=_said(how)
    )  # fmt: skip


@transaction.atomic
def escalate(
    *,
    dispute: Dispute,
    level: Level,
    now: datetime,
    actor: Actor,
    good_cause: str = "",
    together_cents: int | None = None,
) -> Dispute:
    """Note that the next level received it, after the last day with what kept somebody from it.

    Shape:  `together_cents` are several claims added up, where the level asks for an amount.
            What a member asks for is an alarm for whoever works it, and a settled case is worked again.
    Errors: NotAllowed; BadCourse `no_such_level`, `no_appointment`, `amount_too_low`.
    """
    _require_own(dispute, now, actor)
    stake = at_stake(dispute, level, now=now, together_cents=together_cents)
    if stake is not None and stake.is_short:
        raise BadCourse("amount_too_low", "less is at stake than this level asks for")
    if actor.kind == "member":
        appealed = replace(dispute.standing.track, matter=Matter.APPEAL)
        require_appeal_for(member_id=dispute.member_id, track=appealed, at=now, actor=actor)
        _wake(dispute, now, actor)
    said: dict[str, object] = {"good_cause": _said(good_cause)} if good_cause.strip() else {}
    if stake is not None and together_cents is not None:
        said["together_cents"] = together_cents
    after = write(
        dispute_id=dispute.id, kind=Kind.ESCALATED, at=now, actor=actor, level=level.value, **said
    )
    assigning.keep_out(dispute=after, now=now, actor=actor)
    told.of_going_on(case=case_steps.again(dispute.case_id), now=now, actor=actor)
    return after


def carry_out(
    *, dispute: Dispute, what: str, now: datetime, actor: Actor, reference: str = ""
) -> Dispute:
    """Note that what was decided for the member was done, and by which bill, payment or authorization.

    Errors: NotAllowed; BadCourse `nothing_to_carry_out`.
    """
    _require(dispute, actor)
    if not any(one.outcome.is_favourable for one in dispute.standing.decisions):
        raise BadCourse("nothing_to_carry_out", "nothing was decided for the member")
    named = {"reference": reference.strip()[:40]} if reference.strip() else {}
    return write(
        dispute_id=dispute.id, kind=Kind.EFFECTUATED, at=now, actor=actor, what=_said(what), **named
    )


@transaction.atomic
def withdraw(*, dispute: Dispute, why: str, now: datetime, actor: Actor) -> Dispute:
    """End it because the member does not want it any more. Errors: NotAllowed; BadCourse."""
    _require_own(dispute, now, actor)
    require_end_for(member_id=dispute.member_id, at=now, actor=actor)
    after = write(dispute_id=dispute.id, kind=Kind.WITHDRAWN, at=now, actor=actor, why=_said(why))
    if actor.kind == "member":
        # Its case is settled with it, which clears what was raised before.
        case = case_steps.again(dispute.case_id)
        case_steps.raise_alarm(case, Alarm.MEMBER_WROTE, at=now)
        told.of_ending(case=case, now=now, actor=actor)
    return after


def vacate(*, dispute: Dispute, why: str, now: datetime, actor: Actor) -> Dispute:
    """Take a dismissal back. Errors: NotAllowed; BadCourse `not_dismissed`."""
    _require(dispute, actor)
    return write(dispute_id=dispute.id, kind=Kind.VACATED, at=now, actor=actor, why=_said(why))


def reopen(*, dispute: Dispute, why: str, now: datetime, actor: Actor) -> Dispute:
    """Decide again what was decided. Errors: NotAllowed; BadCourse `not_decided`."""
    _require(dispute, actor)
    return write(dispute_id=dispute.id, kind=Kind.REOPENED, at=now, actor=actor, why=_said(why))


def _said(words: str) -> str:
    said = " ".join(words.split())
    if not said:
        raise BadCourse("nothing_said", "say why")
    return said[:2000]


def _require(dispute: Dispute, actor: Actor) -> None:
    case = case_steps.again(dispute.case_id)
    if actor.kind == "member" or not may_work(case=case, actor=actor):
        raise NotAllowed(Scope.WORK_CASES)


def _require_own(dispute: Dispute, now: datetime, actor: Actor) -> None:
    """The member may, and who files for them, as may those who work it."""
    if actor.kind == "member":
        require_dispute_for(member_id=dispute.member_id, at=now, actor=actor)
        return
    _require(dispute, actor)


def _wake(dispute: Dispute, now: datetime, actor: Actor) -> None:
    with case_steps.locked_for_member(case_steps.again(dispute.case_id), actor=actor) as case:
        if case.status in {Status.RESOLVED, Status.CLOSED}:
            moving.step(case, Status.REOPENED, now=now, actor=actor)
        case_steps.raise_alarm(case, Alarm.MEMBER_WROTE, at=now)
