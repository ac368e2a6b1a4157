"""Payments, and what one pays from."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, StrictBool

from openmember.api.shapes.common import Money, MoneyToPay, Reference, Strict, money
from openmember.payments.tenders.types import Tender
from openmember.payments.types import Channel, Method, Payment, Status
from openmember.payments.words import CHANNELS, paid_with
from openmember.ui.statuses import words_for


class AllocationShape(Schema):
    """What of a payment settles what of one bill."""

    bill: str
    title: str
    amount: Money


class PaymentShape(Schema):
    """One payment. While `is_waiting` nobody knows what became of it: ask again, and pay nothing twice."""

    reference: str
    status: Status
    status_text: str
    is_waiting: bool
    amount: Money
    method: Method
    channel: Channel
    channel_text: str
    paid_with: str
    effective_on: date
    created_at: datetime
    settles: list[AllocationShape]
    kept_as_credit: Money
    refunded: Money
    declined_because: str | None


class PaymentPage(Schema):
    """Payments, the newest first."""

    payments: list[PaymentShape]
    next_cursor: str | None


class StartedPayment(PaymentShape):
    """A payment begun. With `page`, open it in the member's browser: the card is typed there alone."""

    page: str | None


class FromKept(Strict):
    """Pay from a bank account or card that is kept here."""

    kind: Literal["kept"]
    tender: Reference


class FromPage(Strict):
    """Pay on the payment network's own page. `return_url` is one of the app's registered redirect addresses."""

    kind: Literal["page"]
    method: Literal["card", "ach"]
    return_url: Annotated[str, Field(max_length=400)] | None = None


class NewPayment(Strict):
    """What to pay.

    With `bills`, these, in this order, and no more than they have left; with `all_due`, all that ask to be
    paid, and `amount` is their sum as the app showed it; with neither, the oldest first, and an excess
    becomes credit.
    """

    amount: MoneyToPay
    bills: Annotated[list[Reference], Field(max_length=200)] = []
    all_due: StrictBool = False
    pay_with: Annotated[FromKept | FromPage, Field(discriminator="kind")]


class TenderShape(Schema):
    """Something kept to pay from. `usable_on` is null while its bank is being asked."""

    reference: str
    method: Literal["card", "ach"]
    label: str
    last_four: str
    usable_on: date | None


class Tenders(Schema):
    """All that is kept to pay from."""

    tenders: list[TenderShape]


class NewBank(Strict):
    """A bank account to keep. Its number is sealed at once and shown by nobody again."""

    holder: Annotated[
        str, Field(min_length=1, max_length=22, pattern=r"^[A-Za-z][A-Za-z0-9 .,'&-]*$")
    ]
    kind: Literal["checking", "savings"]
    routing: Annotated[str, Field(pattern=r"^[0-9]{9}$")]
    number: Annotated[str, Field(pattern=r"^[0-9]{4,17}$")]


class ReceiptItem(Schema):
    """One fact of a receipt, in words."""

    label: str
    value: str


class ReceiptShape(Schema):
    """A receipt in the member's language, as the page and the PDF say it."""

    title: str
    lead: str
    items: list[ReceiptItem]
    settles: list[AllocationShape]
    kept_as_credit: Money


def payment_shape(payment: Payment, declined_because: str | None) -> dict[str, Any]:
    """Return a payment's facts under the names of `PaymentShape`."""
    return {
        "reference": payment.reference,
        "status": payment.status,
        "status_text": str(words_for(payment.status.value).label),
        "is_waiting": payment.is_waiting,
        "amount": money(payment.amount_cents),
        "method": payment.method,
        "channel": payment.channel,
        "channel_text": str(CHANNELS[payment.channel]),
        "paid_with": paid_with(payment),
        "effective_on": payment.effective_on,
        "created_at": payment.created_at,
        "settles": allocations(payment),
        "kept_as_credit": money(payment.unapplied_cents),
        "refunded": money(payment.refunded_cents),
        "declined_because": declined_because,
    }


def allocations(payment: Payment) -> list[AllocationShape]:
    """Return what a payment settles."""
    return [
        AllocationShape(
            bill=one.bill_reference, title=one.bill_title, amount=money(one.amount_cents)
        )
        for one in payment.allocations
    ]


def tender_shape(tender: Tender) -> TenderShape:
    """Return something kept, without what it is charged by."""
    return TenderShape(
        reference=tender.reference,
        method="card" if tender.method is Method.CARD else "ach",
        label=tender.label,
        last_four=tender.last_four,
        usable_on=tender.usable_on,
    )
