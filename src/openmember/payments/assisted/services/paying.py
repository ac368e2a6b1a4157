"""Paying what was asked for: through the same gateway and the same door as every guest."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from django.db import transaction
from django.utils.translation import gettext as _

from openmember.accounts import queries as accounts
from openmember.billing import queries as billing
from openmember.billing.types import Bill
from openmember.kernel import throttle
from openmember.kernel.audit import services as audit
from openmember.members.types import GUEST, Actor
from openmember.payments.assisted import models, queries, rules
from openmember.payments.assisted.services.refusals import AssistedRefused
from openmember.payments.assisted.types import Asked, AskedStatus
from openmember.payments.services.gateway import (
    Started,
    close_payment,
    look_again,
    pay_through_gateway,
)
from openmember.payments.types import Channel, Method, Payment, PaymentRequest

log = structlog.get_logger("openmember.payments")
# Whoever guesses tokens never gets anywhere: they are counted, and a link that lives opens for everybody, since
# thousands share the address of one mobile carrier.
TRIES_AN_ADDRESS, ADDRESS_SECONDS = 20, 10 * 60


@dataclass(frozen=True, slots=True)
class How:
    """By which means a try is made, and what the gateway needs for it."""

    method: Method
    return_url: Callable[[Payment], str] = lambda payment: ""
    cancel_url: str = ""
    language: str = "en"
    gateway_name: str = ""
    kept_card: str = ""
    tender: str = ""
    only_try: int = (
        0  # The number of the try that is meant; asked for again, it is not another one.
    )


def recognise_token(*, token: str, address: str) -> Asked | None:
    """Return what a link asks for, or None for a token nobody has. Only those are counted and noted."""
    asked = queries.find_asked_by_token(token=token)
    if asked is None and not throttle.is_allowed(
        scope="link-address", value=address, limit=TRIES_AN_ADDRESS, window_seconds=ADDRESS_SECONDS
    ):
        log.warning("link_tokens_guessed")
    return asked


def note_opened(*, asked: Asked, now: datetime) -> None:
    """Remember that somebody looked at the page of a link, the first time."""
    changed = models.AssistedPayment.objects.filter(id=asked.id, opened_at=None).update(
        opened_at=now
    )
    if changed:
        audit.record(
            actor=str(GUEST), action="link.opened", account_number=asked.account_number,
            link_id=asked.id,
        )  # fmt: skip


def list_bills(*, asked: Asked, today: date) -> tuple[Bill, ...]:
    """Return the bills it is for, as they are now; none when the oldest are meant."""
    if not asked.bill_ids:
        return ()
    numbers = accounts.get_account(number=asked.account_number).numbers
    try:
        return billing.list_chosen(numbers=numbers, bill_ids=asked.bill_ids, today=today)
    except billing.UnknownBill:
        return ()


def is_still_owed(asked: Asked, bills: tuple[Bill, ...]) -> bool:
    """Return whether its bills have as much open as it asks for."""
    return not asked.bill_ids or sum(bill.open_cents for bill in bills) >= asked.amount_cents


def pay_asked(
    *, asked: Asked, how: How, payer: str, actor: Actor, now: datetime, today: date
) -> Started:
    """Take the payment. Asked for twice at once, or again after it was taken, it is taken once.

    Who comes back from the gateway's page gets it again; with another way to pay, it is closed first.
    Errors: AssistedRefused when it was ended, ran out, or its bills were paid otherwise.
    """
    is_owed = is_still_owed(asked, list_bills(asked=asked, today=today))
    close_unpaid(asked=asked, on=today, actor=actor, unless=how.method if is_owed else None)
    current, known = _begin_try(asked, how, now, today)
    if known is not None:
        return Started(known)
    account = accounts.get_account(number=current.account_number)
    return pay_through_gateway(
        account=account,
        request=PaymentRequest(
            key=current.key,
            amount_cents=current.amount_cents,
            method=how.method,
            channel=Channel.REPRESENTATIVE,
            payer=payer,
            effective_on=today,
            bill_ids=current.bill_ids,
            tender=how.tender,
        ),
        actor=actor,
        return_url=how.return_url,
        cancel_url=how.cancel_url,
        language=how.language,
        gateway_name=how.gateway_name,
        kept_card=how.kept_card,
    )


@transaction.atomic
def _begin_try(asked: Asked, how: How, now: datetime, today: date) -> tuple[Asked, Payment | None]:
    """Return it with the try to make or to go on with, or the payment it has already become.

    A try that never reached the door, or waits on its payer, keeps its key: two at once are one payment.
    """
    row = models.AssistedPayment.objects.select_for_update().get(id=asked.id)
    current = queries.as_asked(row)
    payment = queries.find_payment(asked=current)
    if payment is not None and not payment.is_waiting and 0 < how.only_try <= current.tries:
        return current, payment
    status = rules.status_of(current, payment, now)
    if status in {AskedStatus.PAID, AskedStatus.WAITING} and payment is not None:
        is_same = payment.is_waiting and payment.method is how.method
        return current, None if is_same else payment
    if not rules.can_be_paid(status):
        raise AssistedRefused("over", _("this link has ended"))
    if not is_still_owed(current, list_bills(asked=current, today=today)):
        raise AssistedRefused("paid", _("what this link asks for was paid meanwhile"))
    if payment is not None or not row.tries:
        row.tries += 1
        row.save(update_fields=["tries"])
        current = queries.as_asked(row)
    return current, None


def look_again_asked(*, asked: Asked, on: date) -> Started | None:
    """Return the last try as the gateway says it is now, with its page where the payer has still to pay."""
    payment = queries.find_payment(asked=asked)
    return look_again(payment=payment, on=on) if payment else None


def close_unpaid(*, asked: Asked, on: date, actor: Actor, unless: Method | None = None) -> None:
    """Close the page its payer left, unless it is for this way to pay. What was paid on it is paid."""
    # As it is now: a try may have been begun since it was read.
    current = queries.find_asked(asked_id=asked.id) or asked
    payment = queries.find_payment(asked=current)
    if payment is not None and payment.is_waiting and payment.method is not unless:
        close_payment(payment=payment, on=on, actor=actor)
