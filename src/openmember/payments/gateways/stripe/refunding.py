"""Sending money of one Stripe payment back, however it was paid."""

import stripe

from openmember.payments.gateways.protocol import Answer, Outcome
from openmember.payments.gateways.stripe.answers import answer_of_refund
from openmember.payments.gateways.stripe.client import log_failure


def refund_intent(
    client: stripe.StripeClient, intent_id: str, *, charge_key: str, key: str, amount_cents: int
) -> Answer:
    """Refund part of a payment intent, once for each `key`."""
    refunds = client.v1.refunds
    try:
        refund = refunds.create(
            {
                "payment_intent": intent_id,
                "amount": amount_cents,
                "metadata": {"payment": charge_key, "refund": key},
            },
            {"idempotency_key": key},
        )
        # A repeat is answered as the first time: what happened since has to be asked.
        if refund.status == "pending":
            refund = refunds.retrieve(refund.id)
    except stripe.InvalidRequestError as refused:
        log_failure("refund", refused)
        return Answer(Outcome.DECLINED, reason=refused.code or "refused")
    except stripe.StripeError as failed:
        log_failure("refund", failed)
        return Answer(Outcome.UNKNOWN)
    return answer_of_refund(refund)
