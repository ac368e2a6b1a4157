"""Whose a dispute is, and which clinician is asked about it. Never whoever made the decision it is about."""

from datetime import datetime

from django.db import transaction

from openmember.cases.queries import may_work
from openmember.cases.services import owning
from openmember.cases.services import steps as case_steps
from openmember.cases.types import Case, CaseRefused
from openmember.grievances.involved import deciders_before, had_a_part
from openmember.grievances.types import BadCourse, Dispute
from openmember.kernel.sql import fetch_one
from openmember.members.models import User
from openmember.members.queries import actor_of
from openmember.members.types import Actor, NotAllowed, Scope


def take(*, dispute: Dispute, now: datetime, actor: Actor) -> Case:
    """Make a dispute the actor's own. Errors: NotAllowed; CaseRefused `barred`, `owned`."""
    _require_apart(dispute, actor.id)
    return owning.take(case=case_steps.again(dispute.case_id), now=now, actor=actor)


def assign(*, dispute: Dispute, user_id: int, now: datetime, actor: Actor) -> Case:
    """Give a dispute to somebody. Errors: NotAllowed; CaseRefused `barred`, `unknown_staff`."""
    _require_apart(dispute, user_id)
    case = case_steps.again(dispute.case_id)
    return owning.assign(case=case, user_id=user_id, now=now, actor=actor)


def keep_out(*, dispute: Dispute, now: datetime, actor: Actor) -> None:
    """Take a dispute that went to another level of the plan from whoever decided it before."""
    if not dispute.standing.level.is_plans:
        return
    case = case_steps.again(dispute.case_id)
    for user_id in sorted(deciders_before(dispute)):
        # A case names one person it is never given to; the others `_require_apart` refuses.
        if owning.barred_of(case) is None or case.owner_id == user_id:
            owning.bar(case, user_id, now=now, actor=actor)


@transaction.atomic
def ask_reviewer(
    *, dispute: Dispute, user_id: int, specialty: str, now: datetime, actor: Actor
) -> None:
    """Ask a clinician of a specialty for an opinion. Asked again does nothing.

    Errors: NotAllowed; BadCourse `decided_the_first`, `no_clinician`, `nothing_said`.
    Source: 29 CFR 2560.503-1(h)(3)(iii) and (v).
    """
    case = _required(dispute, actor)
    if user_id in had_a_part(dispute):
        raise BadCourse("decided_the_first", "who made a decision does not review it")
    user = User.objects.filter(id=user_id, is_staff=True, is_active=True).first()
    if user is None or not actor_of(user).may(Scope.DECIDE_URGENCY):
        raise BadCourse("no_clinician", "a clinical opinion is a clinician's")
    if not specialty.strip():
        raise BadCourse("nothing_said", "say which specialty")
    asked = fetch_one(
        "INSERT INTO grievances_reviewer (dispute_id, user_id, specialty, asked_at, asked_by)"
        " VALUES (%(dispute)s, %(user)s, %(specialty)s, %(now)s, %(actor)s)"
        " ON CONFLICT DO NOTHING RETURNING id",
        {
            "dispute": dispute.id,
            "user": user_id,
            "specialty": " ".join(specialty.split())[:80],
            "now": now,
            "actor": str(actor),
        },
    )
    if asked:
        case_steps.append(case, "dispute_reviewer", at=now, actor=actor, user_id=user_id)


@transaction.atomic
def give_opinion(*, dispute: Dispute, opinion: str, now: datetime, actor: Actor) -> None:
    """Write the opinion the actor was asked for, once.

    Errors: NotAllowed; BadCourse `nothing_said`, `not_asked`, `decided_the_first`.
    """
    case = _required(dispute, actor)
    if actor.id in had_a_part(dispute):
        raise BadCourse("decided_the_first", "who made a decision does not review it")
    if not opinion.strip():
        raise BadCourse("nothing_said", "write the opinion")
    given = fetch_one(
        "UPDATE grievances_reviewer SET opinion = %(opinion)s, given_at = %(now)s"
        " WHERE dispute_id = %(dispute)s AND user_id = %(user)s AND given_at IS NULL RETURNING id",
        {"opinion": opinion.strip()[:8000], "now": now, "dispute": dispute.id, "user": actor.id},
    )
    if given is None:
        raise BadCourse("not_asked", "nobody asked for an opinion of yours, or it is given")
    case_steps.append(case, "dispute_opinion", at=now, actor=actor)


def _require_apart(dispute: Dispute, user_id: int | None) -> None:
    """Errors: CaseRefused `barred` for who had a part in what is disputed."""
    if dispute.standing.level.is_plans and user_id in had_a_part(dispute):
        raise CaseRefused("barred", "who made a decision does not work on what disputes it")


def _required(dispute: Dispute, actor: Actor) -> Case:
    case = case_steps.again(dispute.case_id)
    if not may_work(case=case, actor=actor):
        raise NotAllowed(Scope.WORK_CASES)
    return case
