"""The part of the Stripe double that keeps cards and charges them with nobody at a page."""

import time
from typing import Any

Object = dict[str, Any]

GOOD_CARD = "4242424242424242"
NO_FUNDS_CARD = "4000000000009995"
EXPIRED_CARD = "4000000000000069"
# Taken when it is typed; each later charge wants its holder to be there.
HOLDER_WANTED_CARD = "4000002760003184"
DECLINES = {
    NO_FUNDS_CARD: ("card_declined", "insufficient_funds"),
    EXPIRED_CARD: ("expired_card", "expired_card"),
    HOLDER_WANTED_CARD: ("authentication_required", "authentication_required"),
}
SETUP_PARAMETERS = {
    "mode", "currency", "allowed_payment_method_types", "customer_creation", "success_url",
    "cancel_url", "locale",
}  # fmt: skip
INTENT_PARAMETERS = {
    "amount", "currency", "customer", "payment_method", "off_session", "confirm", "description",
    "metadata", "expand", "allowed_payment_method_types", "payment_method_options", "mandate_data",
}  # fmt: skip


class ApiError(Exception):
    """A refusal, as the API words it."""

    def __init__(
        self, status: int, code: str, kind: str = "invalid_request_error", **more: Any
    ) -> None:
        super().__init__(code)
        self.status = status
        self.body = {"error": {"type": kind, "code": code, "message": code, **more}}


class KeptCards:
    """Setup pages, cards under customers, and intents without a page."""

    def new_setup(self, params: dict[str, str]) -> Object:
        refuse_unknown(params, SETUP_PARAMETERS)
        with self.lock:
            identity = f"cs_test_{next(self._serial)}"
            self.sessions[identity] = {
                "id": identity, "object": "checkout.session", "mode": "setup", "status": "open",
                "client_reference_id": None, "payment_intent": None, "payment_status": "no_payment_required",
                "created": int(time.time()), "amount_total": None, "customer": None, "setup_intent": None,
                "success_url": params["success_url"], "cancel_url": params["cancel_url"],
                "locale": params["locale"], "url": f"{self.page_base}/pay/{identity}",
            }  # fmt: skip
            return self.sessions[identity]

    def card_is_typed(self, identity: str, card: str = GOOD_CARD) -> bool:
        """Have somebody type a card to be kept; return whether it was taken."""
        with self.lock:
            session = self.sessions[identity]
            if session["status"] != "open" or card in {NO_FUNDS_CARD, EXPIRED_CARD}:
                return False
            method = {
                "id": f"pm_{next(self._serial)}", "object": "payment_method", "type": "card",
                "card": {"brand": "visa", "last4": card[-4:]},
            }  # fmt: skip
            self.cards[method["id"]] = card
            setup = {
                "id": f"seti_{next(self._serial)}",
                "object": "setup_intent",
                "payment_method": method,
            }
            session.update(
                status="complete",
                url=None,
                customer=f"cus_{next(self._serial)}",
                setup_intent=setup,
            )
            return True

    def card_goes_bad(self, card: str = NO_FUNDS_CARD) -> None:
        """Make every kept card behave like this one from now on."""
        with self.lock:
            for method in self.cards:
                self.cards[method] = card

    def create_intent(self, params: dict[str, str]) -> Object:
        refuse_unknown(params, INTENT_PARAMETERS)
        with self.lock:
            intent = {
                "id": f"pi_{next(self._serial)}", "object": "payment_intent",
                "amount": int(params["amount"]), "amount_received": 0, "currency": params["currency"],
                "status": "requires_payment_method",
                "last_payment_error": None, "latest_charge": None, "bank": False, "refunded": 0,
                "created": int(time.time()), "metadata": metadata_of(params),
            }  # fmt: skip
            self.intents[intent["id"]] = intent
            if params.get("confirm") != "true":
                return intent
            card = self.cards.get(params["payment_method"])
            if card is None:
                raise ApiError(400, "resource_missing")
            if card in DECLINES:
                code, decline_code = DECLINES[card]
                intent["last_payment_error"] = {"code": code, "decline_code": decline_code}
                raise ApiError(
                    402, code, "card_error", decline_code=decline_code, payment_intent=dict(intent)
                )
            self._succeed(intent, {"type": "card", "card": {"brand": "visa", "last4": card[-4:]}})
            return intent

    def cancel_intent(self, identity: str) -> Object:
        with self.lock:
            if self.intents[identity]["status"] == "canceled":
                raise ApiError(400, "payment_intent_unexpected_state")
            self.intents[identity]["status"] = "canceled"
            return self.intents[identity]


def metadata_of(params: dict[str, str]) -> dict[str, str]:
    return {
        name.removeprefix("metadata[").removesuffix("]"): value
        for name, value in params.items()
        if name.startswith("metadata[")
    }


def refuse_unknown(params: dict[str, str], known: set[str]) -> None:
    if any(name.partition("[")[0] not in known for name in params):
        raise ApiError(400, "parameter_unknown")
