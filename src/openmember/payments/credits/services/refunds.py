"""Giving money back, credit or a payment: proposed, approved by a second person above the limit, then sent."""

import json
from collections.abc import Sequence
from datetime import date, timedelta

import structlog
from django.conf import settings
from django.db import transaction

from openmember.accounts.types import Account
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import Refused, fetch_one
from openmember.members.types import Actor, Scope
from openmember.payments import queries as payments
from openmember.payments.credits import queries, rules
from openmember.payments.credits.types import CreditRefund, HeldCredit, Way, WayBack
from openmember.payments.services.merges import follow_merge
from openmember.payments.services.refunds import RefundRefused, send_refund
from openmember.payments.types import Payment
from openmember.rulebook.amounts import get_amount

log = structlog.get_logger("openmember.payments")
# Refunds one person approved alone count against their limit for an account for so long.
LATELY = timedelta(days=30)


class CreditRefused(RefundRefused):
    """Nothing was done with the money; the message says why in words."""


def alone_cents(*, account_number: str, on: date) -> int:
    """Return what one person may still give an account back alone, after what was given so lately."""
    given = queries.given_alone_cents(account_number=account_number, since=on - LATELY)
    return max(int(settings.REFUND_ALONE_CENTS) - given, 0)


def list_ways(*, numbers: tuple[str, ...], on: date) -> tuple[WayBack, ...]:
    """Return the credit of an account that nobody asked for yet, with how and when it could go back."""
    ways = []
    for credit in queries.list_held(numbers=numbers):
        ready_on = rules.ready_on(credit, settings.REFUND_HOLD_DAYS)
        ways.append(
            WayBack(
                credit=credit,
                way=rules.way_of(credit, on, settings.REFUND_TENDER_DAYS),
                why_check=rules.why_check(credit, on, settings.REFUND_TENDER_DAYS),
                ready_on=ready_on,
                is_ready=ready_on <= on,
            )
        )
    return tuple(ways)


def propose_refund(
    *, account: Account, amount_cents: int, key: str, reason: str, on: date, actor: Actor
) -> CreditRefund:
    """Ask for credit of an account to be given back, the oldest first; within the limit it goes at once.

    Each part goes back to the tender it came as where that can be, else by check. The same key asks once.
    Errors: NotAllowed, CreditRefused.
    """
    actor.require(Scope.REFUND)
    parts = [
        (credit, cents, rules.way_of(credit, on, settings.REFUND_TENDER_DAYS))
        for credit, cents in _parts(queries.list_held(numbers=(account.number,)), amount_cents, on)
    ]
    proposed = _propose(account.number, parts, key, reason, on, actor, from_bills=False)
    if proposed.status == "approved":
        _send(proposed, on)
    return proposed


def refund_payment(
    *, payment: Payment, amount_cents: int, key: str, reason: str, refunded_on: date, actor: Actor
) -> CreditRefund:
    """Ask for a payment to be given back, whole or in part; within the limit it goes at once.

    Its credit goes first, then what it settled, the last bill first. It goes to the card or bank it came from
    where that can be, else by check; what no network took, the office pays out. The same key asks once, and
    the limit is the one for credit: both count against it.
    Errors: NotAllowed, CreditRefused.
    """
    actor.require(Scope.REFUND)
    held = queries.find_held(payment=payment)
    if held is None:
        raise CreditRefused("only a payment that arrived and still stands can be refunded")
    way = rules.way_of_payment(held, refunded_on, settings.REFUND_TENDER_DAYS)
    ready_on = rules.ready_on(held, settings.REFUND_HOLD_DAYS)
    if way is not Way.TENDER and ready_on > refunded_on:
        raise CreditRefused(f"this payment may still bounce: it can be refunded from {ready_on}")
    proposed = _propose(
        payment.account_number, [(held, amount_cents, way)], key, reason, refunded_on, actor,
        from_bills=True,
    )  # fmt: skip
    if proposed.status == "approved":
        _send(proposed, refunded_on)
    return proposed


def refund_excess(
    *, account: Account, excess_cents: int, key: str, reason: str, on: date, actor: Actor
) -> CreditRefund | None:
    """Ask for what was paid beyond what assistance left to be given back; None when it is less than the law's
    smallest refund (26 CFR 1.501(r)-6(c)(6), rulebook R501-REFUND) and stays as credit.

    Errors: NotAllowed, CreditRefused.
    """
    if not rules.must_refund_excess(excess_cents, get_amount("R501-REFUND").value):
        return None
    return propose_refund(
        account=account, amount_cents=excess_cents, key=key, reason=reason, on=on, actor=actor
    )


def decide_refund(
    *, refund: CreditRefund, approved: bool, decision: str, on: date, actor: Actor
) -> CreditRefund:
    """Approve a refund of credit, and send it, or refuse it. The same answer again does nothing.

    Errors: NotAllowed; CreditRefused, also when whoever proposed it approves it above the limit.
    """
    actor.require(Scope.APPROVE_REFUND)
    decided = _decide(refund, approved, decision, on, actor)
    if approved:
        _send(decided, on)
    return decided


def _parts(held: Sequence[HeldCredit], amount_cents: int, on: date) -> list[tuple[HeldCredit, int]]:
    parts, left = [], amount_cents
    for credit in held:
        if rules.ready_on(credit, settings.REFUND_HOLD_DAYS) > on:
            continue  # It may still bounce.
        taken = min(left, credit.cents)
        if taken:
            parts.append((credit, taken))
            left -= taken
    if left or amount_cents <= 0:
        raise CreditRefused(
            "there is less credit than that which can go back: the rest is asked for already,"
            " or may still bounce"
        )
    return parts


@transaction.atomic
def _propose(
    number: str, parts: list[tuple[HeldCredit, int, Way]], key: str, reason: str, on: date,
    actor: Actor, *, from_bills: bool,
) -> CreditRefund:  # fmt: skip
    given = [
        {"payment_id": credit.payment_id, "amount_cents": cents, "way": way.value}
        for credit, cents, way in parts
    ]
    try:
        row = fetch_one(
            "SELECT id, status FROM payments_credit_propose(%(number)s, %(key)s, %(parts)s, %(limit)s,"
            " %(lately)s, %(reason)s, %(on)s, %(actor)s, %(from_bills)s)",
            {
                "number": number,
                "key": key,
                "parts": json.dumps(given),
                "limit": settings.REFUND_ALONE_CENTS,
                "lately": on - LATELY,
                "reason": reason,
                "on": on,
                "actor": str(actor),
                "from_bills": from_bills,
            },
        )
    except Refused as refused:
        raise CreditRefused(refused.detail or refused.name) from refused
    audit.record(
        actor=str(actor), action="refund.request" if from_bills else "credit.propose",
        account_number=number, credit_refund_id=row.id, reason=reason, status=row.status,
        payment_ids=[credit.payment_id for credit, _, _ in parts],
        cents=sum(cents for _, cents, _ in parts),
    )  # fmt: skip
    if row.status == "approved":
        # Bills of a joined account that are open again are owed where it was joined to.
        follow_merge(account_number=number, on=on, actor=actor)
    return queries.get_refund(numbers=(number,), refund_id=row.id)


@transaction.atomic
def _decide(
    refund: CreditRefund, approved: bool, decision: str, on: date, actor: Actor
) -> CreditRefund:
    try:
        fetch_one(
            "SELECT id FROM payments_credit_decide(%(number)s, %(id)s, %(approved)s, %(decision)s,"
            " %(on)s, %(actor)s)",
            {
                "number": refund.account_number,
                "id": refund.id,
                "approved": approved,
                "decision": decision,
                "on": on,
                "actor": str(actor),
            },
        )
    except Refused as refused:
        raise CreditRefused(refused.detail or refused.name) from refused
    audit.record(
        actor=str(actor), action="credit.approve" if approved else "credit.refuse",
        account_number=refund.account_number, credit_refund_id=refund.id, reason=decision,
    )  # fmt: skip
    return queries.get_refund(numbers=(refund.account_number,), refund_id=refund.id)


def _send(refund: CreditRefund, on: date) -> None:
    """Ask the gateways to send what goes back by tender, once it is committed; a failure is asked again."""
    for part in refund.parts:
        if part.way is Way.TENDER and part.refund_id and part.refund_status == "requested":
            payment = payments.get_payment(
                numbers=(refund.account_number,), payment_id=part.payment_id
            )
            try:
                send_refund(
                    payment=payment, refund_id=part.refund_id, amount_cents=part.amount_cents, on=on
                )
            except Exception:
                # The minute's job asks again; the refund is made and must not be proposed anew.
                log.exception("refund_not_sent", payment=payment.reference)
