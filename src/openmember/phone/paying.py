"""Taking a caller's money through the one door, and telling later what became of it."""

from datetime import date, datetime

from openmember.accounts.types import Account
from openmember.members.keypad import CALLER
from openmember.payments.assisted.queries import find_asked
from openmember.payments.assisted.services.paying import How, pay_asked
from openmember.payments.assisted.services.refusals import AssistedRefused
from openmember.payments.assisted.types import key_of_try
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

    Empty while nothing was tried. On the secure line it is that of what was asked for.
    """
    if call.asked_id:
        tries = call.charges - call.charges_before
        return key_of_try(call.asked_id, tries) if tries else ""
    return f"phone:{digest[:40]}:{call.charges}" if call.charges else ""


def charge(*, digest: str, call: Call, account: Account, today: date) -> Paid:
    """Take the payment the caller agreed to. Asked again, it is neither taken nor tried again."""
    key = key_of(digest=digest, call=call)
    known = find_payment_by_key(numbers=account.numbers, key=key)
    if known is not None and not known.is_waiting:
        return Paid(_outcome(known), known.reference, known.decline_reason)
    method = Method(call.method)
    request = PaymentRequest(
        key=key,
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


def charge_asked(*, call: Call, now: datetime, today: date) -> Paid:
    """Take the payment a person asked for, which the caller agreed to on the secure line. As `charge`."""
    asked = find_asked(asked_id=call.asked_id)
    if asked is None:
        return Paid("refused")
    method = Method(call.method)
    how = How(
        method,
        gateway_name=get_phone_gateway_name(),
        kept_card=call.token,
        tender=f"{_TENDER[method]} ending {call.last_four}",
        only_try=call.charges - call.charges_before,
    )
    payer = f"person:{call.member_id}" if call.member_id else "guest"
    try:
        started = pay_asked(asked=asked, how=how, payer=payer, actor=CALLER, now=now, today=today)
    except (AssistedRefused, KeyReused, PaymentRefused):
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
    """Return whether the caller has heard how the payment ended: they pressed a key after it was said.

    So has who came back from the secure line and talked to a person.
    """
    was_answered = before.charges > 0 and before.state is not State.PAYING
    return pressed and was_answered and before.charges == after.charges
