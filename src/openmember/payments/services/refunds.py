"""Sending what was approved to be given back, and what becomes of it. Asking for it is `payments.credits`."""

from datetime import date

from django.db import transaction

from openmember.kernel.audit import services as audit
from openmember.kernel.references import reference
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor, Scope, system
from openmember.payments import queries
from openmember.payments.disputes.services import differs
from openmember.payments.gateways import get_gateway
from openmember.payments.gateways.protocol import Answer, Charge, Outcome
from openmember.payments.services.merges import follow_merge
from openmember.payments.types import Payment, Refund


class RefundRefused(Exception):
    """The refund cannot be made so; the message says why in words. Nothing was changed."""


def send_refund(*, payment: Payment, refund_id: int, amount_cents: int, on: date) -> None:
    """Ask the gateway to send a refund that was set aside. Its key makes asking again harmless."""
    charged = fetch_one(
        "SELECT gateway_reference FROM payments_payment WHERE account_number = %(number)s AND id = %(id)s",
        {"number": payment.account_number, "id": payment.id},
    )
    answer = get_gateway(payment.gateway).refund(
        Charge(
            key=payment.reference,
            amount_cents=payment.amount_cents,
            method=payment.method,
            description=payment.reference,
            return_url="",
            cancel_url="",
            gateway_reference=charged.gateway_reference,
        ),
        key=reference("R", refund_id),
        amount_cents=amount_cents,
    )
    if answer.outcome in {Outcome.APPROVED, Outcome.DECLINED}:
        record_refund(payment=payment, refund_id=refund_id, answer=answer, on=on)
    elif answer.reference:
        _note_reference(payment, refund_id, answer.reference)


@transaction.atomic
def record_refund(*, payment: Payment, refund_id: int, answer: Answer, on: date) -> None:
    """Record that a refund left, or that it failed and its money is credit again; even one that left may.

    The same answer again, or any after a failure, changes nothing.
    """
    sent = answer.outcome is Outcome.APPROVED
    ours = {one.id: one.amount_cents for one in queries.list_refunds(payment=payment)}
    if sent and refund_id in ours:
        about = (refund_id, ours[refund_id])
        if differs(payment=payment, moved=answer.moved, refund=about):
            _note_reference(payment, refund_id, answer.reference)
            return
    _finish(payment, refund_id, sent, answer.reference, on, system("refund"))


@transaction.atomic
def finish_office_refund(
    *, payment: Payment, refund_id: int, sent: bool, reason: str, on: date, actor: Actor
) -> Payment:
    """Record that the office paid a refund out, or that it will not and the money is credit again.

    The same answer again changes nothing; the other one is refused.
    Locks:  the refund, so that of two answers at once the second finds the first.
    Errors: NotAllowed, RefundRefused.
    """
    actor.require(Scope.REFUND)
    if payment.gateway:
        raise RefundRefused("what becomes of this refund is for the card or bank network to say")
    # The application may read refunds but not lock their rows.
    fetch_all(
        "SELECT pg_advisory_xact_lock(hashtextextended(%(name)s, 0))",
        {"name": f"payments_refund:{refund_id}"},
    )
    known = {one.id: one.status for one in queries.list_refunds(payment=payment)}.get(refund_id)
    if known is None:
        raise RefundRefused("the payment has no such refund")
    if known == "requested":
        _finish(payment, refund_id, sent, "", on, actor)
        audit.record(
            actor=str(actor), action="refund.paid_out" if sent else "refund.taken_back",
            account_number=payment.account_number, payment_id=payment.id, refund_id=refund_id,
            reason=reason,
        )  # fmt: skip
    elif sent != (known == "sent"):
        raise RefundRefused(f"the refund was {'taken back' if sent else 'paid out'} already")
    return queries.get_payment(numbers=(payment.account_number,), payment_id=payment.id)


def _note_reference(payment: Payment, refund_id: int, gateway_reference: str) -> None:
    fetch_all(
        "SELECT payments_note_refund(%(number)s, %(refund)s, %(reference)s)",
        {
            "number": payment.account_number,
            "refund": refund_id,
            "reference": gateway_reference,
        },
    )


def _finish(
    payment: Payment, refund_id: int, sent: bool, gateway_reference: str, on: date, actor: Actor
) -> None:
    finished = fetch_one(
        "SELECT payments_refund_finish(%(number)s, %(refund)s, %(sent)s, %(reference)s, %(on)s, %(actor)s)"
        " AS status",
        {
            "number": payment.account_number,
            "refund": refund_id,
            "sent": sent,
            "reference": gateway_reference,
            "on": on,
            "actor": str(actor),
        },
    )
    if finished.status == "failed":
        follow_merge(account_number=payment.account_number, on=on, actor=actor)


def list_waiting_refunds(
    *, older_than_seconds: int, limit: int = 200
) -> tuple[tuple[Payment, Refund], ...]:
    """Return refunds a gateway has still to be asked about, with their payments.

    Not those it said it is sending: its own message tells how that ends. And not those a day old, whose
    key the gateway may have forgotten: asking again could send them twice, so `doctor` names them.
    """
    rows = fetch_all(
        "SELECT r.account_number, r.payment_id, r.id FROM payments_refund r JOIN payments_payment p"
        " ON (p.account_number, p.id) = (r.account_number, r.payment_id)"
        " WHERE r.status = 'requested' AND p.gateway <> '' AND r.gateway_reference = ''"
        " AND r.created_at > now() - interval '20 hours'"
        " AND r.created_at < now() - make_interval(secs => %(seconds)s) ORDER BY r.created_at LIMIT %(limit)s",
        {"seconds": older_than_seconds, "limit": limit},
    )
    found = []
    for row in rows:
        payment = queries.get_payment(numbers=(row.account_number,), payment_id=row.payment_id)
        refund = next(one for one in queries.list_refunds(payment=payment) if one.id == row.id)
        found.append((payment, refund))
    return tuple(found)
