"""The night's look at payment plans: paid off, late, about to lapse, moved with a joined account."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from openmember.accounts.queries import get_account
from openmember.billing.plans import queries, rules, services
from openmember.billing.plans.policy import get_policy
from openmember.billing.plans.rules import Step
from openmember.billing.plans.types import Due, Offer, Plan, PlanStatus
from openmember.billing.queries import list_chosen
from openmember.directory.queries import get_organisation
from openmember.kernel.sql import fetch_all
from openmember.letters.services import write_letter
from openmember.members.types import system

log = structlog.get_logger("openmember.billing")
SWEEPER = system("plans")


@dataclass(frozen=True, slots=True)
class Swept:
    """How many plans each step was taken for; `waiting` are those to be called before they may lapse."""

    completed: int = 0
    reopened: int = 0
    reminded: int = 0
    noticed: int = 0
    lapsed: int = 0
    moved: int = 0
    waiting: int = 0


@app.periodic(cron="15 4 * * *")
@app.task(queueing_lock="sweep_plans", pass_context=False)
def look_after_plans(timestamp: int) -> None:
    """Take the step that is due for each plan, every night where the books are kept."""
    sweep_plans(today=timezone.localdate(timezone=ZoneInfo(settings.TIME_ZONE)))


def sweep_plans(*, today: date) -> Swept:
    """Take the step that is due for each plan, one transaction a plan. Again on the same day does nothing.

    One plan that cannot be worked is logged and holds up no other.
    """
    counts = dict.fromkeys(Swept.__slots__, 0)
    for candidate in queries.list_candidates(today=today):
        try:
            done = _sweep(candidate, today)
        except Exception:
            log.exception("plan_not_swept", plan_id=candidate.plan_id)
            continue
        if done:
            counts[done] += 1
    return Swept(**counts)


@transaction.atomic
def _sweep(candidate: queries.Candidate, today: date) -> str:
    # Two sweeps at once take turns at the account, and the second sees what the first did.
    fetch_all(
        "SELECT pg_advisory_xact_lock(hashtextextended(%(name)s, 0))",
        {"name": f"billing_plan:{candidate.plan_id}"},
    )
    numbers = (candidate.account_number,)
    plan = queries.get_plan(numbers=numbers, plan_id=candidate.plan_id, today=today)
    if candidate.is_merged:
        return _follow_merge(plan, today)
    if plan.status is PlanStatus.COMPLETED:
        return (
            "reopened" if _move(plan, PlanStatus.ACTIVE, "a payment was taken back", today) else ""
        )
    if plan.status is not PlanStatus.ACTIVE:
        return ""
    step = _next_step(plan, today)
    if step is None:
        return ""
    return _STEPS[step[0]](plan, step[1], today)


def _next_step(plan: Plan, today: date) -> tuple[Step, int | None] | None:
    events = [one for one in queries.list_events(plan=plan) if one.version == plan.version]
    tried = [one.happened_on for one in events if one.kind == "tried"]
    return rules.next_step(
        plan.standing,
        get_policy(),
        today,
        is_disputed=plan.is_disputed,
        reminded=frozenset(
            one.instalment for one in events if one.kind == "reminded" and one.instalment
        ),
        noticed={
            one.instalment: one.happened_on
            for one in events
            if one.kind == "noticed" and one.instalment
        },
        tried_on=max(tried, default=None),
    )


def _complete(plan: Plan, instalment: int | None, today: date) -> str:
    if not _move(plan, PlanStatus.COMPLETED, "", today):
        return ""
    _write(plan, "plan_completed", f"{plan.version}", today, {"total_cents": plan.total_cents})
    return "completed"


def _remind(plan: Plan, instalment: int | None, today: date) -> str:
    if not _note(plan, "reminded", instalment, today):
        return ""
    missed = plan.standing.missed[-1]
    facts = {"due_on": missed.due_on.isoformat(), "late_cents": _late_cents(plan)}
    _write(plan, "plan_missed", f"{plan.version}:{missed.position}:missed", today, facts)
    return "reminded"


def _notice(plan: Plan, instalment: int | None, today: date) -> str:
    if not _note(plan, "noticed", instalment, today):
        return ""
    lapse_on = rules.lapses_on(plan.standing, get_policy())
    facts = {
        "late_cents": _late_cents(plan),
        "lapse_on": lapse_on.isoformat() if lapse_on else "",
        "left_cents": plan.standing.remaining_cents,
    }
    _write(plan, "plan_may_end", f"{plan.version}:{instalment}:notice", today, facts)
    return "noticed"


def _lapse(plan: Plan, instalment: int | None, today: date) -> str:
    policy = get_policy()
    reason = f"no payment in {policy.lapse_days} days; {policy.lapse_citation}"
    if not _move(plan, PlanStatus.LAPSED, reason, today):
        return ""
    facts = {"left_cents": plan.standing.remaining_cents}
    _write(plan, "plan_ended", f"{plan.version}:{instalment}:ended", today, facts)
    return "lapsed"


def _wait(plan: Plan, instalment: int | None, today: date) -> str:
    return "waiting"


_STEPS: dict[Step, Callable[[Plan, int | None, date], str]] = {
    Step.COMPLETE: _complete,
    Step.REMIND: _remind,
    Step.NOTICE: _notice,
    Step.TRY: _wait,
    Step.LAPSE: _lapse,
}


def _follow_merge(plan: Plan, today: date) -> str:
    """Let a plan stand for the bills that moved to the joined account, with the instalments still unpaid."""
    if plan.status is not PlanStatus.ACTIVE:
        return ""
    moved = queries.find_moved_bills(plan=plan)
    if moved:
        number, bill_ids = moved
        account = get_account(number=number)
        bills = list_chosen(numbers=account.numbers, bill_ids=bill_ids, today=today)
        offer = _as_it_was(plan, sum(bill.open_cents for bill in bills), today)
        services.agree_plan(
            account=account,
            bills=bills,
            agreement=services.Agreement(
                offer, plan.day, plan.agreement, plan.language, plan.channel
            ),
            key=f"moved:{plan.id}:{plan.version}",
            agreed_on=today,
            actor=SWEEPER,
        )
    _move(plan, PlanStatus.CANCELED, "moved to the joined account", today)
    return "moved"


def _as_it_was(plan: Plan, total_cents: int, today: date) -> Offer:
    """Return the last of the instalments that add up to what is left; what was late is due at once."""
    dues: list[Due] = []
    left = total_cents
    for due in reversed(plan.schedule):
        if not left or due.due_on <= today:
            break
        part = min(left, due.amount_cents)
        dues.insert(0, Due(due.due_on, part))
        left -= part
    if left:
        dues.insert(0, Due(today, left))
    return Offer(plan.monthly_cents, tuple(dues), plan.basis, plan.reason)


def _late_cents(plan: Plan) -> int:
    return sum(one.open_cents for one in plan.standing.missed)


def _move(plan: Plan, to: PlanStatus, reason: str, today: date) -> bool:
    return services.move_plan(plan=plan, to=to, reason=reason, on=today, actor=SWEEPER).status is to


def _note(plan: Plan, kind: str, instalment: int | None, today: date) -> bool:
    return services.note(
        plan=plan, kind=kind, instalment=instalment, reason="", on=today, actor=SWEEPER
    )


def _write(plan: Plan, kind: str, key: str, today: date, facts: Mapping[str, object]) -> None:
    write_letter(
        account_number=plan.account_number,
        kind=kind,
        key=f"plan:{plan.id}:{key}",
        values={
            "plan": plan.reference,
            "hardship_phone": get_organisation().hardship.display,
            **facts,
        },
        on=today,
        actor=SWEEPER,
    )
