"""From what an app asks to pay to the service that takes it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from openmember.api.caller import Caller
from openmember.api.problems import Problem
from openmember.api.shapes.payments import FromKept, FromPage, NewPayment
from openmember.billing import queries as billing
from openmember.billing.overview import get_overview
from openmember.billing.types import Bill, bill_id
from openmember.kernel.references import BadReference
from openmember.payments import queries
from openmember.payments.choosing import MoreThanOpen, check_amount
from openmember.payments.services.gateway import Started, look_again, pay_through_gateway
from openmember.payments.tenders import queries as tenders
from openmember.payments.tenders.services import pay_from
from openmember.payments.types import Channel, Method, Payment, PaymentRequest, Status
from openmember.payments.words import why_declined
from openmember.ui.formats import dollars


def pay(request: HttpRequest, caller: Caller, wanted: NewPayment, key: str) -> Started:
    """Begin a payment and return it, with the page to send the payer to when there is one.

    What the key has become before is returned as it is now: the app may not have heard the answer.
    Errors: Problem, and those of the services.
    """
    if begun := _find_begun(caller, wanted, key):
        return begun
    asked = PaymentRequest(
        key=key,
        amount_cents=wanted.amount.cents,
        method=Method.CARD,
        channel=Channel.APP,
        payer=str(caller.actor),
        effective_on=caller.today,
        bill_ids=tuple(bill.id for bill in _chosen(caller, wanted)),
    )
    if isinstance(wanted.pay_with, FromKept):
        started = Started(_pay_from_kept(caller, wanted.pay_with, asked))
    else:
        started = _pay_on_page(request, caller, wanted.pay_with, asked)
    if started.payment.status is Status.DECLINED:
        raise Problem(
            "payment-declined",
            detail=why_declined(started.payment),
            payment=started.payment.reference,
            reason=started.payment.decline_reason,
        )
    return started


def _find_begun(caller: Caller, wanted: NewPayment, key: str) -> Started | None:
    """Return the payment there is under a key, unless it was declined. Errors: Problem when it is another."""
    known = queries.find_payment_by_key(numbers=caller.account.numbers, key=key)
    if known is None or known.status is Status.DECLINED:
        return None
    is_same = known.amount_cents == wanted.amount.cents and (
        # All that was due then need not be all that is due now.
        wanted.all_due or queries.list_bills_asked(payment=known) == _ids(wanted.bills)
    )
    if not is_same or (
        isinstance(wanted.pay_with, FromPage) and known.method != wanted.pay_with.method
    ):
        raise Problem("idempotency-key-reused")
    begun = look_again(payment=known, on=caller.today)
    return None if begun.payment.status is Status.DECLINED else begun


def _ids(references: Sequence[str]) -> tuple[int, ...]:
    try:
        return tuple(dict.fromkeys(bill_id(one) for one in references))
    except BadReference as unknown:
        raise Problem("unknown-bill") from unknown


def named_bills(caller: Caller, references: Sequence[str]) -> tuple[Bill, ...]:
    """Return bills an app names, each once, in its order. Errors: Problem when one is not the account's."""
    try:
        return billing.list_chosen(
            numbers=caller.account.numbers, bill_ids=_ids(references), today=caller.today
        )
    except billing.UnknownBill as unknown:
        raise Problem("unknown-bill") from unknown


def declined_because(payment: Payment) -> str | None:
    """Return why a payment was declined, in words; None when it was not."""
    return why_declined(payment) if payment.status is Status.DECLINED else None


def return_url(
    request: HttpRequest, caller: Caller, given: str | None, page: str, *args: Any
) -> str:
    """Return where the network's page leads back to: an address the app registered, else a page of ours.

    Errors: Problem.
    """
    if given is None:
        return f"{settings.SITE_URL}{reverse(page, args=args)}"
    if given not in caller.redirect_uris:
        raise Problem("forbidden", at="return_url")
    return given


def _chosen(caller: Caller, wanted: NewPayment) -> tuple[Bill, ...]:
    if wanted.all_due:
        due = get_overview(number=caller.account.number, today=caller.today)
        if wanted.bills or wanted.amount.cents != due.due_cents:
            raise Problem("owed-otherwise", due_cents=due.due_cents)
        return due.due_bills
    if not wanted.bills:
        return ()
    bills = named_bills(caller, wanted.bills)
    try:
        check_amount(amount_cents=wanted.amount.cents, bills=bills)
    except MoreThanOpen as more:
        raise Problem(
            "more-than-open", open_cents=more.open_cents, open_text=dollars(more.open_cents)
        ) from more
    return bills


def _pay_from_kept(caller: Caller, wanted: FromKept, asked: PaymentRequest) -> Payment:
    try:
        tender = tenders.get_tender(numbers=caller.account.numbers, named=wanted.tender)
    except tenders.UnknownTender as unknown:
        raise Problem("unknown-tender") from unknown
    if not tenders.is_usable(tender, on=caller.today):
        raise Problem("unknown-tender")
    return pay_from(account=caller.account, tender=tender, request=asked, actor=caller.actor)


def _pay_on_page(
    request: HttpRequest, caller: Caller, wanted: FromPage, asked: PaymentRequest
) -> Started:
    def page_of(payment: Payment) -> str:
        return return_url(request, caller, wanted.return_url, "portal:payment", payment.reference)

    if wanted.return_url is not None:
        # Before anything is begun.
        return_url(request, caller, wanted.return_url, "portal:account")
    return pay_through_gateway(
        account=caller.account,
        request=replace(asked, method=Method(wanted.method)),
        actor=caller.actor,
        return_url=page_of,
        cancel_url=return_url(request, caller, wanted.return_url, "portal:account"),
        language=get_language() or settings.LANGUAGE_CODE,
    )
