"""Agreeing, changing and ending payment plans. No money moves here."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from openmember.accounts.types import Account
from openmember.billing.plans import queries, rules
from openmember.billing.plans.policy import get_policy
from openmember.billing.plans.types import (
    AgreedBy,
    Basis,
    Offer,
    Plan,
    PlanStatus,
    open_cents_of,
)
from openmember.billing.types import Bill
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import Refused, fetch_one
from openmember.members.types import Actor, Scope
from openmember.rulebook.amounts import get_amount
from openmember.rulebook.calendar import next_banking_day


class PlanRefused(Exception):
    """The plan cannot be agreed or changed so; the message says why in words. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Means:
    """What a family has and needs in a month, as they tell it."""

    income_cents: int
    essential_cents: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """Terms and how they were agreed to. `text` is what was shown or read aloud."""

    offer: Offer
    day: int
    text: str
    language: str
    channel: AgreedBy


def list_offers(*, bills: Sequence[Bill], day: int, today: date) -> tuple[Offer, ...]:
    """Return what the policy offers for these bills together."""
    return rules.offers(open_cents_of(bills), day, today, get_policy(), next_banking_day)


def offer_monthly(*, bills: Sequence[Bill], monthly_cents: int, day: int, today: date) -> Offer:
    """Return the terms of a monthly amount somebody names. Errors: NoOffer."""
    total = open_cents_of(bills)
    return rules.offer_of(total, monthly_cents, day, today, get_policy(), next_banking_day)


def offer_affordable(*, bills: Sequence[Bill], means: Means, day: int, today: date) -> Offer:
    """Return the plan of what a family can pay under the law's cap. Errors: NoOffer."""
    policy = get_policy()
    percent = get_amount(policy.affordable_amount).value
    cap = rules.affordable_cap_cents(means.income_cents, means.essential_cents, percent)
    return rules.affordable_offer(open_cents_of(bills), cap, day, today, policy, next_banking_day)


def offer_exception(
    *, bills: Sequence[Bill], monthly_cents: int, day: int, reason: str, today: date
) -> Offer:
    """Return terms beyond the policy, for a reason. Errors: NoOffer."""
    return rules.exception_offer(
        open_cents_of(bills), monthly_cents, day, today, get_policy(), next_banking_day,
        reason=reason,
    )  # fmt: skip


def can_plan(bill: Bill) -> bool:
    """Return whether a bill can be paid by a plan: of a line the policy names, open, undisputed, in none."""
    return rules.can_plan(bill, get_policy())


def is_affordable_offered(*, state: str) -> bool:
    """Return whether a member of this state may ask for a plan by what their family can pay."""
    return state in get_policy().affordable_states


@transaction.atomic
def agree_plan(
    *,
    account: Account,
    bills: Sequence[Bill],
    agreement: Agreement,
    key: str,
    agreed_on: date,
    actor: Actor,
    plan: Plan | None = None,
) -> Plan:
    """Agree a plan for open bills, or give `plan` a new schedule over what is open in it and these bills.

    The same key returns the plan there is.
    Errors: NotAllowed, PlanRefused. Locks: the account's balance row.
    """
    _check(actor, agreement.offer)
    if not plan and not all(rules.can_plan(bill, get_policy()) for bill in bills):
        known = fetch_one(
            "SELECT 1 FROM billing_plan_schedule WHERE account_number = %(number)s AND key = %(key)s",
            {"number": account.number, "key": key},
        )
        if known is None:
            raise PlanRefused("a bill of these cannot be paid by a plan")
    try:
        row = fetch_one(
            "SELECT billing_plan_agree(%(number)s, %(plan)s, %(key)s, %(bills)s::bigint[], %(dues)s,"
            " %(day)s, %(monthly)s, %(basis)s, %(reason)s, %(text)s, %(language)s, %(channel)s,"
            " %(on)s, %(actor)s) AS id",
            {
                "number": plan.account_number if plan else account.number,
                "plan": plan.id if plan else None,
                "key": key,
                "bills": [bill.id for bill in bills],
                "dues": json.dumps(
                    [
                        {"due_on": due.due_on.isoformat(), "amount_cents": due.amount_cents}
                        for due in agreement.offer.dues
                    ]
                ),
                "day": agreement.day,
                "monthly": agreement.offer.monthly_cents,
                "basis": agreement.offer.basis.value,
                "reason": agreement.offer.reason,
                "text": agreement.text,
                "language": agreement.language,
                "channel": agreement.channel.value,
                "on": agreed_on,
                "actor": str(actor),
            },
        )
    except Refused as refused:
        raise PlanRefused(refused.detail or refused.name) from refused
    audit.record(
        actor=str(actor), action="plan.recast" if plan else "plan.agree",
        account_number=account.number, plan_id=row.id, basis=agreement.offer.basis.value,
        bill_ids=[bill.id for bill in bills], reason=agreement.offer.reason,
    )  # fmt: skip
    return queries.get_plan(numbers=account.numbers, plan_id=row.id, today=agreed_on)


def cancel_plan(*, plan: Plan, reason: str, on: date, actor: Actor) -> Plan:
    """End a plan because the member asks for it; its bills are due as they were. Errors: PlanRefused."""
    if actor.kind == "staff":
        actor.require(Scope.TAKE_PAYMENT)
    return move_plan(plan=plan, to=PlanStatus.CANCELED, reason=reason, on=on, actor=actor)


def reinstate_plan(*, plan: Plan, reason: str, on: date, actor: Actor) -> Plan:
    """Let a plan that lapsed stand again, with the schedule it had. Errors: NotAllowed, PlanRefused."""
    actor.require(Scope.RAISE_BILL)
    if plan.status is not PlanStatus.LAPSED:
        raise PlanRefused("only a plan that ended for missed payments can stand again")
    return move_plan(plan=plan, to=PlanStatus.ACTIVE, reason=reason, on=on, actor=actor)


@transaction.atomic
def move_plan(*, plan: Plan, to: PlanStatus, reason: str, on: date, actor: Actor) -> Plan:
    """Make a plan what it became. Again does nothing. Errors: PlanRefused."""
    moved = _call(
        "SELECT billing_plan_move(%(number)s, %(plan)s, %(to)s, %(on)s, %(reason)s, %(actor)s) AS done",
        plan, actor, to=to.value, on=on, reason=reason,
    )  # fmt: skip
    if moved:
        audit.record(
            actor=str(actor), action=f"plan.{to.value}", account_number=plan.account_number,
            plan_id=plan.id, reason=reason,
        )  # fmt: skip
    return queries.get_plan(numbers=(plan.account_number,), plan_id=plan.id, today=on)


@transaction.atomic
def note(
    *, plan: Plan, kind: str, instalment: int | None, reason: str, on: date, actor: Actor
) -> bool:
    """Note a reminder, a notice, or (`tried`) that somebody tried to reach the member.

    A second reminder or notice for one instalment returns False. Errors: PlanRefused.
    """
    done = _call(
        "SELECT billing_plan_note(%(number)s, %(plan)s, %(kind)s, %(instalment)s, %(on)s, %(reason)s,"
        " %(actor)s) AS done",
        plan, actor, kind=kind, instalment=instalment, on=on, reason=reason,
    )  # fmt: skip
    if done:
        audit.record(
            actor=str(actor), action=f"plan.{kind}", account_number=plan.account_number,
            plan_id=plan.id, instalment=instalment, reason=reason,
        )  # fmt: skip
    return done


def _check(actor: Actor, offer: Offer) -> None:
    if actor.kind == "staff":
        actor.require(Scope.TAKE_PAYMENT)
        if offer.basis is Basis.EXCEPTION:
            actor.require(Scope.RAISE_BILL)
    elif offer.basis is Basis.EXCEPTION and not actor.is_system:
        raise PlanRefused("these terms are for the office to decide on")


def _call(query: str, plan: Plan, actor: Actor, **params: object) -> bool:
    try:
        row = fetch_one(
            query,
            {"number": plan.account_number, "plan": plan.id, "actor": str(actor), **params},
        )
    except Refused as refused:
        raise PlanRefused(refused.detail or refused.name) from refused
    return bool(row.done)
