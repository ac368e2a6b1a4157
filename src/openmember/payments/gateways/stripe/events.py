"""Stripe's webhooks: whether one is genuine, and what it is about.

An event is a hint where to look. It may come late, twice or before an earlier one, so nothing it
says about the money is believed; the object it names is read again.
"""

from dataclasses import dataclass

import stripe

from openmember.payments.gateways.protocol import Concern, NotGenuine

# Stripe signs each delivery anew, so an older signature is somebody else's repeat.
REPLAY_SECONDS = 300

_SESSIONS = {
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
}
_REFUNDS = {"refund.updated", "refund.failed"}
_DISPUTES = {
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "charge.dispute.funds_withdrawn",
    "charge.dispute.funds_reinstated",
}


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about; `id` is a session, a refund, or a dispute."""

    concern: Concern
    id: str


def read_event(payload: bytes, signature: str, secret: str) -> Subject | None:
    """Return what a signed event is about, or None when it is of no use. Errors: NotGenuine."""
    try:
        event = stripe.Webhook.construct_event(payload, signature, secret, REPLAY_SECONDS)
    except (ValueError, stripe.SignatureVerificationError) as wrong:
        raise NotGenuine from wrong
    about = event.data.object
    if event.type in _SESSIONS:
        return Subject(Concern.CHARGE, about["id"])
    if event.type in _REFUNDS:
        return Subject(Concern.REFUND, about["id"])
    if event.type in _DISPUTES:
        return Subject(Concern.DISPUTE, about["id"])
    return None
