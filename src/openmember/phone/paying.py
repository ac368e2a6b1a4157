"""Taking a caller's money through the one door, and telling later what became of it."""

from datetime import date

from openmember.accounts.types import Account
from openmember.members.keypad import CALLER
from openmember.payments.gateways import get_phone_gateway_name
from openmember.payments.queries import find_payment_by_key
from openmember.payments.services.door import KeyReused, PaymentRefused
from openmember.payments.services.gateway import pay_through_gateway
from openmember.payments.types import Channel, Method, Payment, PaymentRequest, Status
from openmember.phone import models
from openmember.phone.types import Call, Earlier, Paid, State

_TENDER = {Method.CARD: "Card", Method.ACH: "Bank account"}


def key_of(*, digest: str, call: Call) -> str:
    """Return the payment's key: this call's, and in it this try's. A step asked again has the same one.

    Empty while nothing was tried.
    """
    return f"phone:{digest[:40]}:{call.charges}" if call.charges else ""


def charge(*, digest: str, call: Call, account: Account, today: date) -> Paid:
    """Take the payment the caller agreed to. Asked again, nothing is taken again."""
    method = Method(call.method)
    request = PaymentRequest(
        key=key_of(digest=digest, call=call),
        amount_cents=call.amount_cents,
        method=method,
        channel=Channel.PHONE,
        payer=f"person:{call.member_id}" if call.member_id else "guest",
        effective_on=today,
        tender=f"{_TENDER[method]} ending {call.last_four}",
    )
    try:
        started = pay_through_gateway(
            account=account,
            request=request,
            actor=CALLER,
            gateway_name=get_phone_gateway_name(),
            kept_card=call.token,
        )
    except (KeyReused, PaymentRefused):
        return Paid("refused")
    payment = started.payment
    return Paid(_outcome(payment), payment.reference, payment.decline_reason)


def outcome_of(*, call: models.Call, account: Account) -> Earlier | None:
    """Return what became of the payment of a call that was cut off, or None where there is nothing to tell."""
    if not call.payment_key:
        return Earlier("nothing", call.amount_cents) if call.is_verified else None
    payment = find_payment_by_key(numbers=account.numbers, key=call.payment_key)
    if payment is None:
        return Earlier("nothing", call.amount_cents)
    return Earlier(_outcome(payment), payment.amount_cents, payment.reference)


def _outcome(payment: Payment) -> str:
    if payment.has_arrived:
        return "accepted"
    if payment.is_waiting:
        return "waiting"
    return "declined" if payment.status is Status.DECLINED else "refused"


def is_told(before: Call, after: Call, *, pressed: bool) -> bool:
    """Return whether the caller has heard how the payment ended: they pressed a key after it was said."""
    was_answered = before.charges > 0 and before.state is not State.PAYING
    return pressed and was_answered and before.charges == after.charges
