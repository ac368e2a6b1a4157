"""Taking a payment back before its money goes to the bank: asked for by one, agreed to by another."""

from datetime import date

from django.db import transaction

from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.ledger.closing.queries import open_on
from openmember.members.types import Actor, Scope
from openmember.payments.drawers.services.refusals import counter_refusals
from openmember.payments.drawers.types import VoidRequest
from openmember.payments.services.merges import follow_merge
from openmember.payments.types import Payment


@transaction.atomic
def ask_void(*, payment: Payment, reason: str, actor: Actor) -> int:
    """Ask for a payment to be voided; it counts until a second person agrees. Again asks once.

    Errors: NotAllowed; CounterRefused for a card, and for money that went to the bank.
    """
    actor.require(Scope.TAKE_PAYMENT)
    with counter_refusals():
        row = fetch_one(
            "SELECT payments_drawer_ask_void(%(number)s, %(payment)s, %(reason)s, %(actor)s) AS id",
            {
                "number": payment.account_number,
                "payment": payment.id,
                "reason": reason,
                "actor": str(actor),
            },
        )
    audit.record(
        actor=str(actor), action="void.ask", account_number=payment.account_number,
        payment_id=payment.id, reason=reason,
    )  # fmt: skip
    return int(row.id)


@transaction.atomic
def decide_void(*, request: VoidRequest, is_agreed: bool, on: date, actor: Actor) -> None:
    """Agree to a void, which reverses the payment whole, or reject it.

    Errors: NotAllowed; CounterRefused for the person who asked, and for what was decided before.
    """
    actor.require(Scope.SUPERVISE_DRAWERS)
    booked_on = open_on(day=on)
    with counter_refusals():
        fetch_all(
            "SELECT payments_drawer_decide_void(%(id)s, %(agreed)s, %(on)s, %(actor)s)",
            {"id": request.id, "agreed": is_agreed, "on": booked_on, "actor": str(actor)},
        )
    if is_agreed:
        follow_merge(account_number=request.account_number, on=booked_on, actor=actor)
    audit.record(
        actor=str(actor), action="void.agree" if is_agreed else "void.reject",
        account_number=request.account_number, payment_id=request.payment_id,
    )  # fmt: skip
