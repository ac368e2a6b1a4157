"""The Stripe gateway: what it is asked, what it is told, and which failures decide nothing."""

import time
from dataclasses import replace

import stripe
from django.conf import settings
from stripe.checkout import Session

from openmember.payments.gateways.protocol import (
    Answer,
    Charge,
    Concern,
    DeclineReason,
    GatewayUnreachable,
    Notification,
    Outcome,
)
from openmember.payments.gateways.stripe.answers import (
    answer_of_intent,
    answer_of_refund,
    answer_of_session,
    decline_reason,
    disputed_of,
)
from openmember.payments.gateways.stripe.client import (
    CONNECT_SECONDS,
    READ_SECONDS,
    client_of,
    log_failure,
)
from openmember.payments.gateways.stripe.events import Subject, read_event
from openmember.payments.gateways.stripe.pages import Pages
from openmember.payments.gateways.stripe.refunding import refund_intent

# A page left alone this long is closed, so that nobody pays tomorrow what was paid elsewhere today.
ABANDONED_SECONDS = 30 * 60


class StripeGateway:
    """Charges on Stripe's page, refunds to where they came from, and Stripe's own messages."""

    name = "stripe"

    def __init__(
        self,
        *,
        secret_key: str,
        webhook_secret: str,
        site_url: str,
        api_base: str | None = None,
        timeout_seconds: tuple[float, float] = (CONNECT_SECONDS, READ_SECONDS),
    ) -> None:
        client = client_of(secret_key, api_base, timeout_seconds)
        self._client = client
        self._pages = Pages(client, site_url)
        self._refunds = client.v1.refunds
        self._disputes = client.v1.disputes
        self._webhook_secret = webhook_secret

    @classmethod
    def from_settings(cls) -> "StripeGateway":
        """Return the gateway this deployment is set up for. Errors: ImproperlyConfigured."""
        return cls(
            secret_key=settings.STRIPE_SECRET_KEY or "",
            webhook_secret=settings.STRIPE_WEBHOOK_SECRET or "",
            site_url=settings.SITE_URL,
            api_base=settings.STRIPE_API_BASE,
        )

    def charge(self, charge: Charge) -> Answer:
        """Hand back the page on which the payer pays.

        Only Stripe's judgement of the request itself is a decline. What it refuses at the door (a
        wrong key, too many requests) says nothing of an earlier request, and counts as no answer.
        """
        if charge.gateway_reference:
            return self.ask(charge)
        try:
            return answer_of_session(self._pages.open(charge))
        except stripe.IdempotencyError:
            # The page was opened before, in another language or to come back to another address.
            return self.ask(charge)
        except (stripe.InvalidRequestError, stripe.CardError) as refused:
            log_failure("charge", refused)
            reason = decline_reason(refused.code) or DeclineReason.NOT_RECEIVED
            return Answer(Outcome.DECLINED, reason=reason)
        except stripe.StripeError as failed:
            log_failure("charge", failed)
            return Answer(Outcome.UNKNOWN)

    def ask(self, charge: Charge) -> Answer:
        """Say what became of a charge. An open page is PENDING until it is closed as abandoned."""
        try:
            session = self._pages.find(charge)
            if session is None:
                return Answer(Outcome.DECLINED, reason=DeclineReason.NOT_RECEIVED)
            if session.status == "open" and session.created < time.time() - ABANDONED_SECONDS:
                session = self._pages.close(session.id)
            return answer_of_session(session)
        except stripe.StripeError as failed:
            log_failure("ask", failed)
            return Answer(Outcome.UNKNOWN)

    def close(self, charge: Charge) -> Answer:
        """Close the page. Stripe refuses to close one that was paid, and says then that it was."""
        try:
            session = self._pages.find(charge)
            if session is None:
                return Answer(Outcome.DECLINED, reason=DeclineReason.NOT_RECEIVED)
            if session.status == "open":
                session = self._pages.close(session.id)
            return answer_of_session(session)
        except stripe.StripeError as failed:
            log_failure("close", failed)
            return Answer(Outcome.UNKNOWN)

    def refund(self, charge: Charge, *, key: str, amount_cents: int) -> Answer:
        """Send money back to the card or the bank account it came from."""
        try:
            intent = self._pages.retrieve(charge.gateway_reference).payment_intent
        except stripe.StripeError as failed:
            log_failure("refund", failed)
            return Answer(Outcome.UNKNOWN)
        if not isinstance(intent, stripe.PaymentIntent):
            return Answer(Outcome.DECLINED, reason="never paid")
        return refund_intent(
            self._client, intent.id, charge_key=charge.key, key=key, amount_cents=amount_cents
        )

    def read(self, payload: bytes, signature: str) -> Notification | None:
        """Return what a webhook is about, as it stands now, however late it comes."""
        subject = read_event(payload, signature, self._webhook_secret)
        if subject is None:
            return None
        try:
            if subject.concern is Concern.REFUND:
                return self._refund_notification(subject)
            if subject.concern is Concern.DISPUTE:
                return self._dispute_notification(subject)
            return _about_session(self._pages.retrieve(subject.id))
        except stripe.StripeError as failed:
            log_failure("webhook", failed)
            raise GatewayUnreachable from failed

    def _refund_notification(self, subject: Subject) -> Notification | None:
        refund = self._refunds.retrieve(subject.id)
        ours = refund.metadata.to_dict() if refund.metadata else {}
        if "refund" not in ours:
            return None
        return Notification(
            Concern.REFUND, ours.get("payment", ""), answer_of_refund(refund), ours["refund"]
        )

    def _dispute_notification(self, subject: Subject) -> Notification | None:
        dispute = self._disputes.retrieve(subject.id)
        disputed = disputed_of(dispute)
        intent_id = _id_of(dispute.payment_intent)
        if disputed is None or not intent_id:
            return None
        session = self._pages.find_by_intent(intent_id)
        found = _about_session(session) if session else self._about_intent(intent_id)
        return replace(found, concern=Concern.DISPUTE, disputed=disputed) if found else None

    def _about_intent(self, intent_id: str) -> Notification | None:
        intent = self._client.v1.payment_intents.retrieve(intent_id, {"expand": ["latest_charge"]})
        ours = intent.metadata.to_dict() if intent.metadata else {}
        if "payment" not in ours:
            return None
        return Notification(Concern.CHARGE, ours["payment"], answer_of_intent(intent))


def _about_session(session: Session) -> Notification | None:
    if not session.client_reference_id:
        return None
    return Notification(Concern.CHARGE, session.client_reference_id, answer_of_session(session))


def _id_of(about: stripe.PaymentIntent | str | None) -> str:
    return about if isinstance(about, str) else about.id if about else ""
