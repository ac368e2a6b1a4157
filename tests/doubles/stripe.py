"""Stripe as it behaves, for tests: pages, payers, refunds, idempotency keys, signed webhooks.

This is the memory and its rules; `stripe_http` puts it on a port. Only what the gateway uses is
here, and a parameter the real API does not know is refused as the real API refuses it.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import stripe

from tests.doubles.stripe_cards import (
    DECLINES,
    EXPIRED_CARD,
    GOOD_CARD,
    NO_FUNDS_CARD,
    ApiError,
    KeptCards,
    metadata_of,
    refuse_unknown,
)

__all__ = ["EXPIRED_CARD", "GOOD_CARD", "NO_FUNDS_CARD", "ApiError", "StripeDouble"]

Object = dict[str, Any]

_SESSION_PARAMETERS = {
    "mode", "allowed_payment_method_types", "line_items", "client_reference_id", "success_url",
    "payment_intent_data", "cancel_url", "locale", "metadata",
}  # fmt: skip
_REFUND_PARAMETERS = {"payment_intent", "amount", "metadata"}
SMALLEST_CENTS = 50


@dataclass
class StripeDouble(KeptCards):
    """One Stripe account. Every method is one moment: nothing happens half."""

    webhook_secret: str = "whsec_test"
    page_base: str = ""
    sessions: dict[str, Object] = field(default_factory=dict)
    intents: dict[str, Object] = field(default_factory=dict)
    refunds: dict[str, Object] = field(default_factory=dict)
    disputes: dict[str, Object] = field(default_factory=dict)
    cards: dict[str, str] = field(default_factory=dict)
    events: list[Object] = field(default_factory=list)
    refund_differs_by: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)
    _replies: dict[str, tuple[object, int, Object]] = field(default_factory=dict)
    _under_way: set[str] = field(default_factory=set)
    _serial: "count[int]" = field(default_factory=lambda: count(1))

    # Requests

    def once(
        self, key: str, request: object, act: Callable[[], tuple[int, Object]]
    ) -> tuple[int, Object]:
        """Answer a request by its key: the first time by acting, later as the first time.

        Refusals before anything began (409, a request the API cannot read) leave the key unused.
        """
        with self.lock:
            if key in self._under_way:
                raise ApiError(409, "idempotency_key_in_use", "idempotency_error")
            if key in self._replies:
                known, status, body = self._replies[key]
                if known != request:
                    raise ApiError(400, "idempotency_key_reused", "idempotency_error")
                return status, body
            self._under_way.add(key)
        try:
            status, body = act()
            with self.lock:
                # What is kept is the answer as it was, not the object that will change.
                self._replies[key] = (request, status, json.loads(json.dumps(body)))
            return status, body
        finally:
            with self.lock:
                self._under_way.discard(key)

    def open_session(self, params: dict[str, str]) -> Object:
        if params.get("mode") == "setup":
            return self.new_setup(params)
        refuse_unknown(params, _SESSION_PARAMETERS)
        cents = int(params["line_items[0][price_data][unit_amount]"])
        if cents < SMALLEST_CENTS:
            raise ApiError(400, "amount_too_small")
        with self.lock:
            identity = f"cs_test_{next(self._serial)}"
            self.sessions[identity] = {
                "id": identity,
                "object": "checkout.session",
                "client_reference_id": params.get("client_reference_id"),
                "amount_total": cents,
                "created": int(time.time()),
                "status": "open",
                "payment_status": "unpaid",
                "payment_intent": None,
                "payment_method_types": [params["allowed_payment_method_types[0]"]],
                "success_url": params["success_url"],
                "cancel_url": params["cancel_url"],
                "locale": params["locale"],
                "url": f"{self.page_base}/pay/{identity}",
            }
            return self.sessions[identity]

    def expire_session(self, identity: str) -> Object:
        with self.lock:
            session = self.session(identity)
            if session["status"] != "open":
                raise ApiError(400, "checkout_session_not_open")
            session.update(status="expired", url=None)
            self._event("checkout.session.expired", session)
            return session

    def create_refund(self, params: dict[str, str]) -> Object:
        refuse_unknown(params, _REFUND_PARAMETERS)
        with self.lock:
            intent = self.intents.get(params["payment_intent"])
            cents = int(params["amount"])
            if intent is None or intent["status"] != "succeeded":
                raise ApiError(400, "resource_missing")
            if intent["refunded"] + cents > intent["amount"]:
                raise ApiError(400, "charge_already_refunded")
            intent["refunded"] += cents
            refund = {
                "id": f"re_{next(self._serial)}",
                "object": "refund",
                "amount": cents + self.refund_differs_by,
                "currency": intent["currency"],
                "payment_intent": intent["id"],
                # Money goes back to a bank account as slowly as it came.
                "status": "pending" if intent["bank"] else "succeeded",
                "failure_reason": None,
                "metadata": metadata_of(params),
            }
            self.refunds[refund["id"]] = refund
            return refund

    def session(self, identity: str) -> Object:
        if identity not in self.sessions:
            raise ApiError(404, "resource_missing")
        return self.sessions[identity]

    def shown(self, session: Object, *, expanded: bool) -> Object:
        """Return a session as the API shows it, with what paid it when asked for."""
        intent = self.intents.get(session["payment_intent"] or "")
        return {**session, "payment_intent": intent} if expanded and intent else dict(session)

    # Payers and banks

    def card_pays(self, identity: str, card: str = GOOD_CARD) -> bool:
        """Have the payer type a card on the page; return whether it was taken. If not, they may retry."""
        with self.lock:
            session = self.session(identity)
            if session.get("mode") == "setup":
                return self.card_is_typed(identity, card)
            if session["status"] != "open":
                return False
            intent = self._intent_of(session, bank=False)
            if card in DECLINES:
                code, decline_code = DECLINES[card]
                intent["last_payment_error"] = {"code": code, "decline_code": decline_code}
                return False
            self._succeed(intent, {"type": "card", "card": {"brand": "visa", "last4": card[-4:]}})
            session.update(status="complete", payment_status="paid", url=None)
            self._event("checkout.session.completed", session)
            return True

    def bank_account_pays(self, identity: str) -> None:
        """Have the payer agree to a debit, which the bank will carry out, or not, days later."""
        with self.lock:
            session = self.session(identity)
            if session["status"] != "open":
                raise ApiError(400, "checkout_session_not_open")
            self._intent_of(session, bank=True)["status"] = "processing"
            session.update(status="complete", url=None)
            self._event("checkout.session.completed", session)

    def bank_answers(self, identity: str, refusal: str = "") -> None:
        with self.lock:
            session = self.session(identity)
            intent = self.intents[session["payment_intent"]]
            if refusal:
                intent.update(
                    status="requires_payment_method",
                    last_payment_error={"code": refusal, "decline_code": None},
                )
                self._event("checkout.session.async_payment_failed", session)
                return
            account = {"bank_name": "Test Bank", "last4": "6789"}
            self._succeed(intent, {"type": "us_bank_account", "us_bank_account": account})
            session["payment_status"] = "paid"
            self._event("checkout.session.async_payment_succeeded", session)

    def bank_takes_refund(self, identity: str, *, fails: bool = False) -> None:
        """Have the bank accept a refund, or send it back even after having accepted it."""
        with self.lock:
            refund = self.refunds[identity]
            refund.update(
                status="failed" if fails else "succeeded",
                failure_reason="lost_or_stolen_card" if fails else None,
            )
            self._event("refund.failed" if fails else "refund.updated", refund)

    def payer_disputes(
        self, identity: str, status: str = "needs_response", cents: int | None = None
    ) -> str:
        """Have the payer dispute what was paid on a page, or an intent without one, or a part of it."""
        with self.lock:
            intent = self.intents.get(identity) or self._intent_paid_on(identity)
            dispute = {
                "id": f"dp_{next(self._serial)}",
                "object": "dispute",
                "payment_intent": intent["id"],
                "amount": cents or intent["amount"],
                "currency": intent["currency"],
                "status": status,
                "reason": "fraudulent",
            }
            self.disputes[dispute["id"]] = dispute
            self._event("charge.dispute.created", dispute)
            if not status.startswith("warning"):
                self._event("charge.dispute.funds_withdrawn", dispute)
            return dispute["id"]

    def bank_decides(self, identity: str, *, won: bool) -> None:
        """Have the bank decide a dispute for us, which brings its money back, or for the payer."""
        with self.lock:
            dispute = self.disputes[identity]
            dispute["status"] = "won" if won else "lost"
            self._event("charge.dispute.closed", dispute)
            if won:
                self._event("charge.dispute.funds_reinstated", dispute)

    def takes_instead(self, identity: str, cents: int, currency: str = "usd") -> None:
        """Let what was paid on a page have been another amount or currency than was asked for."""
        with self.lock:
            self._intent_paid_on(identity).update(amount_received=cents, currency=currency)

    def _intent_paid_on(self, identity: str) -> Object:
        return self.intents[self.session(identity)["payment_intent"]]

    def time_passes(self, seconds: int) -> None:
        """Make every page this much older."""
        with self.lock:
            for session in self.sessions.values():
                session["created"] -= seconds

    # Webhooks

    def signed(self, event: Object, *, sent_at: int | None = None) -> tuple[bytes, str]:
        """Return the body of one delivery and its signature header."""
        body = json.dumps(event)
        header = stripe.WebhookSignature.generate_signature_header(
            body, self.webhook_secret, sent_at
        )
        return body.encode(), header

    def _event(self, kind: str, about: Object) -> None:
        self.events.append(
            {
                "id": f"evt_{next(self._serial)}",
                "object": "event",
                "type": kind,
                "created": int(time.time()),
                "data": {"object": json.loads(json.dumps(about))},
            }
        )

    def _intent_of(self, session: Object, *, bank: bool) -> Object:
        if session["payment_intent"] is None:
            session["payment_intent"] = f"pi_{next(self._serial)}"
        blank = {
            "id": session["payment_intent"],
            "object": "payment_intent",
            "amount": session["amount_total"],
            "amount_received": 0,
            "currency": "usd",
            "status": "requires_payment_method",
            "last_payment_error": None,
            "latest_charge": None,
            "bank": bank,
            "refunded": 0,
        }
        return self.intents.setdefault(session["payment_intent"], blank)

    def _succeed(self, intent: Object, details: Object) -> None:
        charge = {
            "id": f"ch_{next(self._serial)}",
            "object": "charge",
            "payment_method_details": details,
        }
        intent.update(
            status="succeeded", last_payment_error=None, latest_charge=charge,
            amount_received=intent["amount"],
        )  # fmt: skip
