"""Bills and what an account owes."""

from datetime import date, datetime
from typing import Any, Literal

from ninja import Schema

from openmember.accounts.types import Account
from openmember.api.shapes.common import Money, money
from openmember.billing.overview import Overview
from openmember.billing.types import Bill, BillStatus, Line
from openmember.ui.statuses import words_for


class BillShape(Schema):
    """One bill. `asks_to_be_paid` is false for one in dispute or in a payment plan, which may still be paid."""

    reference: str
    line: Line
    title: str
    status: BillStatus
    status_text: str
    issued_on: date
    due_on: date
    billed: Money
    adjusted: Money
    paid: Money
    left_to_pay: Money
    asks_to_be_paid: bool
    plan: str | None


class BillPage(Schema):
    """Bills, the newest first."""

    bills: list[BillShape]
    next_cursor: str | None


class BillLineShape(Schema):
    """One thing billed."""

    description: str
    service_on: date | None
    amount: Money


class ChangeShape(Schema):
    """What was taken off or added later."""

    kind: str
    text: str
    at: datetime
    amount: Money


class BillPaymentShape(Schema):
    """What a payment settled of the bill."""

    payment: str
    effective_on: date
    paid_with: str
    amount: Money


class BillDetail(BillShape):
    """One bill, all of it. `earlier_payments` is what payments too old to be listed here settled."""

    lines: list[BillLineShape]
    changes: list[ChangeShape]
    payments: list[BillPaymentShape]
    earlier_payments: Money
    can_be_paid_over_time: bool


class Balances(Schema):
    """What is open, by line, and what the account holds."""

    premium: Money
    medical: Money
    pharmacy: Money
    owed: Money
    due: Money
    overdue: Money
    credit: Money


class AccountShape(Schema):
    """The account. Show the number grouped, directly under the name; never put it into an address or a log."""

    number: str
    number_grouped: str
    other_numbers: list[str]
    holder: str
    region: str
    language: str
    balances: Balances
    next_due_on: date | None
    open_bills: list[BillShape]
    waiting_payment: str | None
    as_of: datetime


State = Literal["open", "overdue", "closed"]


def bill_shape(bill: Bill) -> dict[str, Any]:
    """Return a bill's facts under the names of `BillShape`."""
    return {
        "reference": bill.reference,
        "line": bill.line,
        "title": bill.title,
        "status": bill.status,
        "status_text": str(words_for(bill.status.value).label),
        "issued_on": bill.issued_on,
        "due_on": bill.due_on,
        "billed": money(bill.amount_cents),
        "adjusted": money(bill.adjusted_cents),
        "paid": money(bill.paid_cents),
        "left_to_pay": money(bill.open_cents),
        "asks_to_be_paid": bill.is_asked_for,
        "plan": bill.plan_reference or None,
    }


def balances(overview: Overview, today: date) -> Balances:
    """Return what an account owes and holds."""
    known = overview.balance
    overdue = sum(bill.open_cents for bill in overview.due_bills if bill.due_on < today)
    return Balances(
        premium=money(known.premium_cents),
        medical=money(known.medical_cents),
        pharmacy=money(known.pharmacy_cents),
        owed=money(known.owed_cents),
        due=money(overview.due_cents),
        overdue=money(overdue),
        credit=money(known.credit_cents),
    )


def other_numbers(account: Account) -> list[str]:
    """Return the numbers that were joined with the account's own and still lead to it."""
    return list(account.numbers[1:])
