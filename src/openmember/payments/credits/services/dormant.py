"""Credit that nobody claims, and credit that pays what was written off."""

from datetime import date

from django.db import transaction

from openmember.billing.debts.services import recover_written_off
from openmember.billing.types import Bill
from openmember.kernel.sql import Refused, fetch_one
from openmember.members.types import Actor, Scope
from openmember.payments.credits import queries, rules
from openmember.payments.credits.dormancy import find_dormancy
from openmember.payments.credits.services.refunds import CreditRefused
from openmember.payments.credits.types import QueuedCredit
from openmember.payments.services import corrections
from openmember.payments.types import Payment


@transaction.atomic
def turn_over(*, queued: QueuedCredit, today: date, actor: Actor) -> int:
    """Turn an account's dormant credit over to its holder's state; return the cents.

    Nothing is turned over where no period is configured, or before it ended. Errors: CreditRefused.
    """
    actor.require(Scope.APPROVE_REFUND)
    dormancy = find_dormancy(state=queued.state)
    due = rules.dormant_on(queued.active_on, dormancy)
    if dormancy is None or dormancy.months is None or due is None:
        raise CreditRefused(f"no dormancy period is configured for {queued.state or 'no state'}")
    if today < due:
        raise CreditRefused(f"{queued.state} has a claim to it from {due} on")
    cents = 0
    for held in queries.list_held(numbers=(queued.account_number,)):
        try:
            row = fetch_one(
                "SELECT payments_turn_over(%(number)s, %(payment)s, %(state)s, %(since)s, %(months)s,"
                " %(citation)s, %(on)s, %(actor)s) AS cents",
                {
                    "number": held.account_number,
                    "payment": held.payment_id,
                    "state": dormancy.state,
                    "since": queued.active_on,
                    "months": dormancy.months,
                    "citation": dormancy.citation,
                    "on": today,
                    "actor": str(actor),
                },
            )
        except Refused as refused:
            raise CreditRefused(refused.detail or refused.name) from refused
        cents += row.cents
    return cents


@transaction.atomic
def recover(
    *, payment: Payment, bill: Bill, amount_cents: int, reason: str, on: date, actor: Actor
) -> Payment:
    """Use credit of a payment for a bill that was written off: it is asked for again, and paid.

    Errors: billing.debts.services.DebtRefused, payments' CannotCorrect.
    """
    recover_written_off(bill=bill, amount_cents=amount_cents, reason=reason, on=on, actor=actor)
    return corrections.apply_credit(
        payment=payment, amount_cents=amount_cents, bill_ids=(bill.id,), on=on, actor=actor
    )
