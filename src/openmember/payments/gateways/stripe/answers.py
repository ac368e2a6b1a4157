"""What Stripe's objects mean to us."""

import stripe
from stripe.checkout import Session

from openmember.payments.gateways.protocol import Answer, DeclineReason, Disputed, Moved, Outcome

_BRANDS = {"amex": "American Express", "unionpay": "UnionPay", "jcb": "JCB"}
_REASONS = {
    "insufficient_funds": DeclineReason.INSUFFICIENT_FUNDS,
    "expired_card": DeclineReason.EXPIRED_CARD,
    "card_declined": DeclineReason.CARD_DECLINED,
}
_REFUND_OUTCOMES = {
    "succeeded": Outcome.APPROVED,
    "failed": Outcome.DECLINED,
    "canceled": Outcome.DECLINED,
}


def answer_of_session(session: Session) -> Answer:
    """Return what a Checkout Session, read with its latest charge, says of the money."""
    if session.status == "expired":
        return Answer(Outcome.DECLINED, session.id, reason=DeclineReason.ABANDONED)
    if session.status == "open":
        return Answer(Outcome.PENDING, session.id, redirect_url=session.url or "")
    intent = session.payment_intent
    if not isinstance(intent, stripe.PaymentIntent):
        # Read without its charge, as an answer repeated by key is: it will be asked for.
        return Answer(Outcome.PENDING, session.id)
    if session.payment_status == "paid":
        return Answer(
            Outcome.APPROVED,
            session.id,
            tender=_tender(intent.latest_charge),
            moved=_received(intent),
        )
    if intent.status == "processing":
        # A bank debit takes days; until then the money is neither here nor refused.
        return Answer(Outcome.PENDING, session.id)
    error = intent.last_payment_error
    reason = decline_reason(error.decline_code or error.code) if error else None
    return Answer(Outcome.DECLINED, session.id, reason=reason or DeclineReason.CARD_DECLINED)


def answer_of_intent(intent: stripe.PaymentIntent) -> Answer:
    """Return what a payment intent without a page says of the money."""
    if intent.status == "succeeded":
        return Answer(
            Outcome.APPROVED,
            intent.id,
            tender=_tender(intent.latest_charge),
            moved=_received(intent),
        )
    if intent.status in {"processing", "requires_capture"}:
        return Answer(Outcome.PENDING, intent.id)
    error = intent.last_payment_error
    reason = decline_reason(error.decline_code or error.code) if error else None
    return Answer(Outcome.DECLINED, intent.id, reason=reason or DeclineReason.CARD_DECLINED)


def tender_of_method(method: stripe.PaymentMethod) -> str:
    """Return what its holder knows a kept card by."""
    return _card(method.card.brand, method.card.last4) if method.card else ""


def answer_of_refund(refund: stripe.Refund) -> Answer:
    """Return whether a refund left. Those to bank accounts are pending, and may fail, for days."""
    outcome = _REFUND_OUTCOMES.get(refund.status or "", Outcome.PENDING)
    reason = refund.failure_reason or "refused" if outcome is Outcome.DECLINED else ""
    moved = Moved(refund.amount, refund.currency) if outcome is Outcome.APPROVED else None
    return Answer(outcome, refund.id, reason=reason, moved=moved)


def disputed_of(dispute: stripe.Dispute) -> Disputed | None:
    """Return how a dispute stands, or None for a mere inquiry: that takes no money."""
    if dispute.status.startswith("warning") or dispute.status == "prevented":
        return None
    return Disputed(
        dispute.id,
        Moved(dispute.amount, dispute.currency),
        dispute.status if dispute.status in {"won", "lost"} else "open",
        dispute.reason,
    )


def decline_reason(code: str | None) -> DeclineReason | None:
    """Return the reason a payer can act on for one of Stripe's codes."""
    return _REASONS.get(code or "")


def _received(intent: stripe.PaymentIntent) -> Moved:
    return Moved(intent.amount_received, intent.currency)


def _tender(charge: stripe.Charge | str | None) -> str:
    if not isinstance(charge, stripe.Charge) or charge.payment_method_details is None:
        return ""
    details = charge.payment_method_details
    if details.type == "us_bank_account" and details.us_bank_account:
        bank = details.us_bank_account
        return f"{bank.bank_name or 'Bank'} account ending {bank.last4}"
    if details.type == "card" and details.card:
        return _card(details.card.brand, details.card.last4)
    return ""


def _card(brand: str | None, last_four: str | None) -> str:
    known = brand or "card"
    return f"{_BRANDS.get(known, known.title())} ending {last_four}"
