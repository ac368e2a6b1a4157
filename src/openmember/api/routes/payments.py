"""Payments: made, listed, looked at, and their receipts."""

from typing import Annotated

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import BaseModel

from openmember.api import paying
from openmember.api.caller import OAuth
from openmember.api.idempotency import once
from openmember.api.paging import MOST, SIZE, cut, find
from openmember.api.problems import Problem
from openmember.api.requests import ApiRequest, Cursor, Key
from openmember.api.shapes import payments as shapes
from openmember.api.shapes.common import Day, money
from openmember.members.connections.types import Grant
from openmember.payments import queries
from openmember.payments.receipt import receipt_of, text_of, write_pdf
from openmember.payments.services.gateway import resolve_payment
from openmember.payments.types import Payment, Status, payment_id

router = Router(tags=["Payments"])
READ = OAuth(Grant.PAYMENTS_READ)
PDF = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}


@router.get("/payments", response=shapes.PaymentPage, auth=READ)
def list_payments(
    request: ApiRequest,
    since: Day | None = None,
    until: Day | None = None,
    status: Status | None = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = SIZE,
) -> shapes.PaymentPage:
    """List payments

    The newest first, those of every channel. `since` and `until` are the days they count from.
    """
    caller = request.auth
    name = f"payments:{since or ''}:{until or ''}:{status or ''}"

    def get(identity: int) -> Payment:
        return queries.get_payment(numbers=caller.account.numbers, payment_id=identity)

    before = find(cursor, name=name, caller=caller, get=get)
    found = queries.list_payments(
        numbers=caller.account.numbers,
        since=since,
        until=until,
        status=status,
        before=before,
        limit=limit + 1,
    )
    shown, following = cut(
        found.payments, limit=limit, name=name, caller=caller, identity=lambda one: one.id
    )
    return shapes.PaymentPage(payments=[_shape(one) for one in shown], next_cursor=following)


@router.post(
    "/payments", response={201: shapes.StartedPayment}, auth=OAuth(Grant.PAYMENTS_WRITE, pays=True)
)
def pay(request: ApiRequest, wanted: shapes.NewPayment, key: Key) -> HttpResponse:
    """Pay

    One bill, several, all that is due, or an amount. From what is kept here, or on the payment network's page.
    The same key and body again give the same answer and pay nothing more. A declined payment answers 402.
    """
    caller = request.auth

    def work(inner_key: str) -> HttpResponse:
        started = paying.pay(request, caller, wanted, inner_key)
        facts = shapes.payment_shape(started.payment, None)
        made = shapes.StartedPayment(**facts, page=started.redirect_url or None)
        return reply(made, 201, location=f"/api/v1/payments/{started.payment.reference}")

    return once(request, caller, key, work)


@router.get("/payments/{reference}", response=shapes.PaymentShape, auth=READ)
def get_payment(request: ApiRequest, reference: str) -> shapes.PaymentShape:
    """One payment

    While it waits, the payment network is asked what became of it.
    """
    caller = request.auth
    return _shape(resolve_payment(payment=_payment(request, reference), on=caller.today))


@router.get("/payments/{reference}/receipt", response=shapes.ReceiptShape, auth=READ)
def get_receipt(request: ApiRequest, reference: str) -> shapes.ReceiptShape:
    """A receipt in words

    There is none while a payment waits, or when it was declined.
    """
    caller = request.auth
    payment = _receipted(request, reference)
    with timezone.override(caller.zone):
        receipt = receipt_of(payment, caller.account.number)
        items = [shapes.ReceiptItem(label=one.label, value=text_of(one)) for one in receipt.items]
    return shapes.ReceiptShape(
        title=receipt.title,
        lead=receipt.lead,
        items=items,
        settles=shapes.allocations(payment),
        kept_as_credit=money(receipt.credit_cents),
    )


@router.get(
    "/payments/{reference}/receipt.pdf",
    auth=READ,
    openapi_extra={"responses": {200: {"content": PDF}}},
)
def get_receipt_pdf(request: ApiRequest, reference: str) -> HttpResponse:
    """A receipt to keep

    A tagged PDF (PDF/UA-1) in the language asked for.
    """
    caller = request.auth
    payment = _receipted(request, reference)
    with timezone.override(caller.zone):
        content = write_pdf(payment, caller.account.number)
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="receipt-{payment.reference}.pdf"'},
    )


def reply(made: BaseModel, status: int, *, location: str = "") -> HttpResponse:
    """Return something made as the API sends it."""
    response = HttpResponse(
        made.model_dump_json(), status=status, content_type="application/json; charset=utf-8"
    )
    if location:
        response["Location"] = location
    return response


def _payment(request: ApiRequest, reference: str) -> Payment:
    return queries.get_payment(
        numbers=request.auth.account.numbers, payment_id=payment_id(reference)
    )


def _receipted(request: ApiRequest, reference: str) -> Payment:
    payment = _payment(request, reference)
    if payment.is_waiting or payment.status is Status.DECLINED:
        raise Problem("not-found")
    return payment


def _shape(payment: Payment) -> shapes.PaymentShape:
    return shapes.PaymentShape(**shapes.payment_shape(payment, paying.declined_because(payment)))
