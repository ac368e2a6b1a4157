"""Cards that Stripe keeps: typed once on Stripe's page, charged later with nobody at it."""

import time
from contextlib import suppress
from typing import Any

import stripe
import structlog
from django.conf import settings
from stripe.params import PaymentIntentCreateParams

from openmember.payments.gateways.protocol import (
    Answer,
    Charge,
    DeclineReason,
    KeptCard,
    Outcome,
)
from openmember.payments.gateways.stripe.answers import (
    answer_of_intent,
    decline_reason,
    tender_of_method,
)
from openmember.payments.gateways.stripe.client import client_of, log_failure
from openmember.payments.gateways.stripe.pages import LOCALES, REMEMBERED_SECONDS
from openmember.payments.gateways.stripe.refunding import refund_intent

log = structlog.get_logger("openmember.payments")


class StripeKeptCards:
    """Charges of kept cards. Stripe is sent an amount and a reference, nothing of the member."""

    name = "stripe_kept"

    def __init__(self, client: stripe.StripeClient) -> None:
        self._sessions = client.v1.checkout.sessions
        self._intents = client.v1.payment_intents
        self._client = client

    @classmethod
    def from_settings(cls) -> "StripeKeptCards":
        """Return the gateway this deployment is set up for. Errors: ImproperlyConfigured."""
        return cls(client_of(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE))

    def ask_for_card(self, *, key: str, return_url: str, cancel_url: str, language: str) -> Answer:
        """Hand back the page on which a card is typed. Stripe keeps it under a customer without a name."""
        try:
            session = self._sessions.create(
                {
                    "mode": "setup",
                    "currency": "usd",
                    "allowed_payment_method_types": ["card"],
                    "customer_creation": "always",
                    "success_url": return_url,
                    "cancel_url": cancel_url,
                    "locale": LOCALES.get(language, "auto"),
                },
                {"idempotency_key": f"card-{key}"},
            )
        except stripe.StripeError as failed:
            log_failure("ask_for_card", failed)
            return Answer(Outcome.UNKNOWN)
        return Answer(Outcome.PENDING, session.id, redirect_url=session.url or "")

    def find_card(self, reference: str) -> KeptCard | None:
        """Return the card typed on a page, or None while there is none."""
        try:
            session = self._sessions.retrieve(
                reference, {"expand": ["setup_intent.payment_method"]}
            )
        except stripe.StripeError as failed:
            log_failure("find_card", failed)
            return None
        setup = session.setup_intent
        if session.status != "complete" or not isinstance(setup, stripe.SetupIntent):
            return None
        method = setup.payment_method
        if not isinstance(method, stripe.PaymentMethod) or session.customer is None:
            return None
        return KeptCard(f"{session.customer}/{method.id}", tender_of_method(method))

    def charge(self, charge: Charge) -> Answer:
        """Charge the kept card once for the charge's key.

        A card that was refused is a decline, as is one whose bank wants its holder to be there.
        """
        if charge.gateway_reference:
            return self.ask(charge)
        customer, _slash, method = charge.kept_card.partition("/")
        return self._charge_once(
            charge,
            {
                "amount": charge.amount_cents,
                "currency": "usd",
                "customer": customer,
                "payment_method": method,
                "off_session": True,
                "confirm": True,
                "description": charge.description,
                "metadata": {"payment": charge.key},
                "expand": ["latest_charge"],
            },
        )

    def _charge_once(self, charge: Charge, wanted: PaymentIntentCreateParams) -> Answer:
        """Send a charge under its key, and return what became of it."""
        try:
            intent = self._intents.create(wanted, {"idempotency_key": charge.key})
        except stripe.IdempotencyError:
            return self.ask(charge)
        except stripe.CardError as refused:
            log_failure("charge", refused)
            return _declined(refused)
        except stripe.InvalidRequestError as refused:
            log_failure("charge", refused)
            return Answer(Outcome.DECLINED, reason=DeclineReason.NOT_RECEIVED)
        except stripe.StripeError as failed:
            log_failure("charge", failed)
            return Answer(Outcome.UNKNOWN)
        return answer_of_intent(intent)

    def ask(self, charge: Charge) -> Answer:
        """Say what became of a charge. After DECLINED it can no longer happen."""
        try:
            if charge.gateway_reference:
                return answer_of_intent(self._retrieve(charge.gateway_reference))
            if self._use_up(charge):
                return Answer(Outcome.DECLINED, reason=DeclineReason.NOT_RECEIVED)
            found = self._search(charge.key)
        except stripe.StripeError as failed:
            log_failure("ask", failed)
            return Answer(Outcome.UNKNOWN)
        # Stripe has the request but shows no charge: it is under way, or too old to be searched for.
        return answer_of_intent(found) if found else Answer(Outcome.UNKNOWN)

    def close(self, charge: Charge) -> Answer:
        """Say what became of it: a kept card has no page, and is charged or refused at once."""
        return self.ask(charge)

    def refund(self, charge: Charge, *, key: str, amount_cents: int) -> Answer:
        """Send money back to the card it came from."""
        return refund_intent(
            self._client,
            charge.gateway_reference,
            charge_key=charge.key,
            key=key,
            amount_cents=amount_cents,
        )

    def _retrieve(self, intent_id: str) -> stripe.PaymentIntent:
        return self._intents.retrieve(intent_id, {"expand": ["latest_charge"]})

    def _use_up(self, charge: Charge) -> bool:
        """Use the key up with contents that no charge has; where that works, no charge arrived or can."""
        try:
            unused = self._intents.create(
                {
                    "amount": charge.amount_cents,
                    "currency": "usd",
                    "metadata": {"purpose": "cancel"},
                },
                {"idempotency_key": charge.key},
            )
        except stripe.IdempotencyError:
            return False
        with suppress(stripe.InvalidRequestError):  # Canceled already, by whoever asked before.
            self._intents.cancel(unused.id)
        return True

    def _search(self, key: str) -> stripe.PaymentIntent | None:
        since = int(time.time()) - REMEMBERED_SECONDS
        newest_first = self._intents.list({"created": {"gte": since}, "limit": 100})
        for intent in newest_first.auto_paging_iter():
            if _key_of(intent) == key:
                return self._retrieve(intent.id)
        return None


def _key_of(intent: stripe.PaymentIntent) -> str:
    metadata: dict[str, Any] = intent.metadata.to_dict() if intent.metadata else {}
    return str(metadata.get("payment", ""))


def _declined(refused: stripe.CardError) -> Answer:
    error = refused.error
    code = (error.decline_code or error.code) if error else refused.code
    intent = error.payment_intent if error else None
    return Answer(
        Outcome.DECLINED,
        intent["id"] if intent else "",
        reason=decline_reason(code) or DeclineReason.CARD_DECLINED,
    )
