"""Builders of payments for tests, and those of the rooms below, which tests of surfaces need too."""

from datetime import date

from openmember.accounts.testing import an_account
from openmember.accounts.types import Account
from openmember.billing.testing import a_bill
from openmember.billing.types import Bill
from openmember.members.testing import (
    PASSWORD,
    TESTER,
    TODAY,
    a_member,
    a_staff_user,
    a_user,
    serial,
    staff,
)
from openmember.members.types import Role
from openmember.payments.credits.services import refunds
from openmember.payments.queries import get_payment
from openmember.payments.services import door
from openmember.payments.types import Channel, Method, Payment, PaymentRequest

__all__ = [
    "PASSWORD",
    "TESTER",
    "TODAY",
    "a_bill",
    "a_member",
    "a_payment",
    "a_refund",
    "a_staff_user",
    "a_user",
    "an_account",
    "staff",
]


def a_payment(account: Account, cents: int = 40_00, *bills: Bill, key: str = "") -> Payment:
    """Return a cash payment taken through the door, for these bills or by the rule."""
    request = PaymentRequest(
        key=key or f"test-{next(serial)}",
        amount_cents=cents,
        method=Method.CASH,
        channel=Channel.COMMAND,
        payer="guest",
        effective_on=TODAY,
        bill_ids=tuple(bill.id for bill in bills),
    )
    return door.take_payment(account=account, request=request, actor=TESTER)


def a_refund(payment: Payment, cents: int, *, key: str = "r1", on: date = TODAY) -> Payment:
    """Ask for a payment to be given back, and let a second person approve it above the limit."""
    asked = refunds.refund_payment(
        payment=payment,
        amount_cents=cents,
        key=key,
        reason="overpaid",
        refunded_on=on,
        actor=TESTER,
    )
    if asked.status == "proposed":
        refunds.decide_refund(
            refund=asked, approved=True, decision="right", on=on, actor=staff(Role.SUPERVISOR)
        )
    return get_payment(numbers=(payment.account_number,), payment_id=payment.id)
