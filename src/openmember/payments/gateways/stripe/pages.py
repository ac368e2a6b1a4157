"""Stripe's payment pages, its Checkout Sessions: opened, found again, closed."""

import time
from dataclasses import replace

import stripe
import structlog
from stripe.checkout import Session
from stripe.params.checkout import SessionCreateParams

from openmember.payments.gateways.protocol import Charge
from openmember.payments.types import Method

log = structlog.get_logger("openmember.payments")

# Stripe remembers a key for a day; a page is searched for among those made since.
REMEMBERED_SECONDS = 26 * 60 * 60
LOCALES = {"en": "en", "es": "es", "zh-hant": "zh-TW"}


class Pages:
    """The pages of one Stripe account, one for each payment: its reference is the key."""

    def __init__(self, client: stripe.StripeClient, site_url: str) -> None:
        self._sessions = client.v1.checkout.sessions
        self._site_url = site_url

    def open(self, charge: Charge) -> Session:
        """Open the charge's page, or return it as it was when it was opened. Errors: stripe's."""
        return self._sessions.create(self._contents(charge), {"idempotency_key": charge.key})

    def find(self, charge: Charge) -> Session | None:
        """Return the charge's page, or None when there is none and, from now on, can be none."""
        if charge.gateway_reference:
            return self.retrieve(charge.gateway_reference)
        try:
            # Use the key up with contents that no charge has. Where that works no charge arrived,
            # and one that comes late is refused.
            unused = self._sessions.create(
                self._cancelling(charge), {"idempotency_key": charge.key}
            )
        except stripe.IdempotencyError:
            return self._search(charge.key)
        self.close(unused.id)
        return None

    def find_by_intent(self, payment_intent: str) -> Session | None:
        """Return the page on which this was paid, or None when it was paid elsewhere."""
        found = self._sessions.list({"payment_intent": payment_intent, "limit": 1}).data
        return self.retrieve(found[0].id) if found else None

    def retrieve(self, session_id: str) -> Session:
        """Return a page as it is now, with the charge that paid it."""
        return self._sessions.retrieve(session_id, {"expand": ["payment_intent.latest_charge"]})

    def close(self, session_id: str) -> Session:
        """See to it that nobody can pay on a page any more, and return it."""
        try:
            self._sessions.expire(session_id)
        except stripe.InvalidRequestError:
            log.info("stripe_page_closed_already")  # The payer, or another of us, was faster.
        return self.retrieve(session_id)

    def _search(self, key: str) -> Session | None:
        since = int(time.time()) - REMEMBERED_SECONDS
        newest_first = self._sessions.list({"created": {"gte": since}, "limit": 100})
        for session in newest_first.auto_paging_iter():
            if session.client_reference_id == key:
                return self.retrieve(session.id)
        return None

    def _cancelling(self, charge: Charge) -> SessionCreateParams:
        """Return what only uses the key up: the same for all who ask about the charge, and no page to pay on.

        Were it another by the way back or the language, whoever asks second would be refused the key, and
        take the page of the first for the payer's.
        """
        contents = self._contents(replace(charge, return_url="", cancel_url="", language="en"))
        del contents["client_reference_id"]
        contents["metadata"] = {"purpose": "cancel"}
        return contents

    def _contents(self, charge: Charge) -> SessionCreateParams:
        # No `expires_at`: a moment would make every repeat another request.
        return {
            "mode": "payment",
            "allowed_payment_method_types": [
                "us_bank_account" if charge.method is Method.ACH else "card"
            ],
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {
                        "currency": "usd",
                        "unit_amount": charge.amount_cents,
                        "product_data": {"name": charge.description},
                    },
                }
            ],
            "client_reference_id": charge.key,
            "payment_intent_data": {"description": charge.description},
            "success_url": charge.return_url or self._site_url,
            "cancel_url": charge.cancel_url or self._site_url,
            "locale": LOCALES.get(charge.language, "auto"),
        }
