"""Payments an outside system approves: write the intent, commit, call, record the answer.

The network is never called inside a transaction. An outcome that did not come back is asked for, never
guessed, and never sent again blind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from openmember.accounts import queries as accounts
from openmember.accounts.types import Account
from openmember.kernel.references import BadReference
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.members.types import Actor, system
from openmember.payments import queries
from openmember.payments.disputes.services import differs
from openmember.payments.gateways import get_gateway
from openmember.payments.gateways.protocol import Answer, Charge, Outcome
from openmember.payments.services.door import begin_payment, line_order
from openmember.payments.types import Payment, PaymentRequest, Status, payment_id

SQL = Path(__file__).parents[1] / "sql"

_STATUS = {
    Outcome.APPROVED: Status.ACCEPTED,
    Outcome.DECLINED: Status.DECLINED,
    Outcome.UNKNOWN: Status.UNKNOWN,
}


class UnknownPayment(Exception):
    """The gateway speaks of a payment that is not ours."""


@dataclass(frozen=True, slots=True)
class Started:
    """A payment begun, and the gateway's page to send the payer to when it has one."""

    payment: Payment
    redirect_url: str = ""


def pay_through_gateway(
    *,
    account: Account,
    request: PaymentRequest,
    actor: Actor,
    return_url: Callable[[Payment], str] = lambda payment: "",
    cancel_url: str = "",
    language: str = "en",
    gateway_name: str = "",
    kept_card: str = "",
) -> Started:
    """Begin a payment and call the gateway once. A repeated key never charges twice.

    Shape:  `return_url` is given the payment, so that the payer comes back to its own page. With
            `kept_card` the gateway charges a card it keeps, and nobody has to be at a page.
    Errors: KeyReused, PaymentRefused.
    """
    gateway = get_gateway(gateway_name)
    payment = begin_payment(account=account, request=request, gateway=gateway.name, actor=actor)
    if not payment.is_waiting:
        return Started(payment)
    answer = gateway.charge(
        _charge(
            payment,
            return_url(payment),
            cancel_url=cancel_url,
            language=language,
            kept_card=kept_card,
        )
    )
    payment = record_answer(payment=payment, answer=answer, on=request.effective_on, actor=actor)
    return Started(payment, answer.redirect_url if payment.is_waiting else "")


def record_answer(*, payment: Payment, answer: Answer, on: date, actor: Actor) -> Payment:
    """Make a payment what the gateway says it is. The same answer again changes nothing.

    One that took another amount or currency than ours is not booked: it waits for a person.
    """
    is_approved = answer.outcome is Outcome.APPROVED
    if answer.outcome is Outcome.PENDING or (
        is_approved and differs(payment=payment, moved=answer.moved)
    ):
        _note_reference(payment, answer)
    else:
        _answer(payment, answer, on, actor)
    return queries.get_payment(numbers=(payment.account_number,), payment_id=payment.id)


def record_notification(*, key: str, answer: Answer, on: date, gateway: str) -> Payment:
    """Record an answer a gateway sent of its own accord, about the payment it knows as `key`.

    Errors: UnknownPayment.
    """
    payment = get_payment_of_gateway(key=key)
    return record_answer(payment=payment, answer=answer, on=on, actor=system(f"gateway-{gateway}"))


def get_payment_of_gateway(*, key: str) -> Payment:
    """Return the payment a gateway knows as `key`. Errors: UnknownPayment."""
    try:
        identity = payment_id(key)
    except BadReference as bad:
        raise UnknownPayment(key) from bad
    number = queries.find_account_of_gateway_payment(payment_id=identity)
    if number is None:
        raise UnknownPayment(key)
    return queries.get_payment(numbers=(number,), payment_id=identity)


def resolve_payment(*, payment: Payment, on: date) -> Payment:
    """Ask the gateway what became of a payment that waits, and record it."""
    return look_again(payment=payment, on=on).payment


def look_again(*, payment: Payment, on: date) -> Started:
    """As `resolve_payment`, with the gateway's page where its payer has still to pay."""
    if not payment.is_waiting:
        return Started(payment)
    answer = get_gateway(payment.gateway).ask(_charge(payment))
    payment = _record_said(payment, answer, on, system("resolve"))
    return Started(payment, answer.redirect_url if payment.is_waiting else "")


def close_payment(*, payment: Payment, on: date, actor: Actor) -> Payment:
    """End a payment whose payer has not paid yet, so that it never arrives, and return it as it is then.

    What was paid just before has arrived, and what is on its way waits on: ask what came of it.
    """
    if not payment.is_waiting:
        return payment
    answer = get_gateway(payment.gateway).close(_charge(payment))
    return _record_said(payment, answer, on, actor)


def _record_said(payment: Payment, answer: Answer, on: date, actor: Actor) -> Payment:
    if answer.outcome is Outcome.UNKNOWN and payment.status is Status.UNKNOWN:
        return payment
    return record_answer(payment=payment, answer=answer, on=on, actor=actor)


def list_waiting(*, older_than_seconds: int, limit: int = 200) -> tuple[Payment, ...]:
    """Return payments whose outcome should have come by now.

    Those of the last hour first. Of the others, which may wait for days on a bank, a different sample each
    time, so that none is asked about so often that another never is.
    """
    rows = fetch_all(
        "SELECT account_number, id FROM payments_payment p WHERE status IN ('authorising', 'unknown')"
        # What goes by file is answered by file, and what took another amount, by a person.
        " AND gateway <> 'ach' AND NOT EXISTS (SELECT FROM payments_gateway_exception x"
        "   WHERE (x.account_number, x.payment_id) = (p.account_number, p.id) AND x.kind = 'mismatch')"
        " AND created_at < now() - make_interval(secs => %(seconds)s) "
        " ORDER BY created_at < now() - interval '1 hour', random() LIMIT %(limit)s",
        {"seconds": older_than_seconds, "limit": limit},
    )
    return tuple(
        queries.get_payment(numbers=(row.account_number,), payment_id=row.id) for row in rows
    )


def account_of(payment: Payment) -> Account:
    """Return the account a payment belongs to now, following a merge."""
    return accounts.get_account(number=payment.account_number)


def _note_reference(payment: Payment, answer: Answer) -> None:
    fetch_all(
        "SELECT payments_note_gateway(%(number)s, %(payment)s, %(reference)s)",
        {
            "number": payment.account_number,
            "payment": payment.id,
            "reference": answer.reference,
        },
    )


def _answer(payment: Payment, answer: Answer, on: date, actor: Actor) -> None:
    fetch_one(
        sql_text(SQL / "answer.sql"),
        {
            "number": payment.account_number,
            "payment": payment.id,
            "status": _STATUS[answer.outcome].value,
            "reference": answer.reference,
            "tender": answer.tender,
            "order": line_order(),
            "effective_on": on,
            "actor": str(actor),
            "reason": answer.reason,
        },
    )


def _charge(
    payment: Payment,
    return_url: str = "",
    *,
    cancel_url: str = "",
    language: str = "en",
    kept_card: str = "",
) -> Charge:
    return Charge(
        key=payment.reference,
        amount_cents=payment.amount_cents,
        method=payment.method,
        description=payment.reference,
        return_url=return_url,
        cancel_url=cancel_url,
        language=language,
        gateway_reference=payment.gateway_reference,
        kept_card=kept_card,
    )
