"""What one bill says: what was billed, what changed it, what paid it, what is left."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from openmember.billing import queries as billing
from openmember.billing.types import Bill, BillLine
from openmember.payments import queries as payments
from openmember.payments.words import ADJUSTMENTS, LINES, paid_with
from openmember.ui.types import Cell, Column

PAYMENTS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """A bill in tables ready to show, each a tuple of rows; an empty one is left out."""

    line: str
    charge_columns: tuple[Column, ...]
    charges: tuple[tuple[Cell, ...], ...]
    change_columns: tuple[Column, ...]
    changes: tuple[tuple[Cell, ...], ...]
    payment_columns: tuple[Column, ...]
    payments: tuple[tuple[Cell, ...], ...]


def letter_of(bill: Bill, *, numbers: tuple[str, ...]) -> Letter:
    """Return everything about one bill of the account whose numbers these are. Three statements."""
    lines = billing.list_lines(bill=bill)
    are_dated = any(line.service_on for line in lines)
    charge_columns = [Column(_("For")), Column(_("Amount"), kind="money")]
    if are_dated:
        charge_columns.insert(1, Column(_("Date of service"), kind="date"))
    return Letter(
        line=str(LINES[bill.line]),
        charge_columns=tuple(charge_columns),
        charges=tuple(_charge(line, are_dated) for line in lines),
        change_columns=(Column(_("Change")), Column(_("Date")), Column(_("Amount"), kind="money")),
        changes=_changes(bill),
        payment_columns=(
            Column(_("Payment")),
            Column(_("Date")),
            Column(_("Paid with")),
            Column(_("Amount"), kind="money"),
        ),
        payments=_payments(bill, numbers),
    )


def _charge(line: BillLine, are_dated: bool) -> tuple[Cell, ...]:
    date = Cell(line.service_on, kind="date") if line.service_on else Cell("–")
    amount = Cell(line.amount_cents, kind="money")
    return (Cell(line.description), date, amount) if are_dated else (Cell(line.description), amount)


def _changes(bill: Bill) -> tuple[tuple[Cell, ...], ...]:
    return tuple(
        (
            Cell(ADJUSTMENTS[change.kind]),
            Cell(change.at, kind="date"),
            Cell(change.amount_cents, kind="money"),
        )
        for change in billing.list_adjustments(bill=bill)
    )


def _payments(bill: Bill, numbers: tuple[str, ...]) -> tuple[tuple[Cell, ...], ...]:
    rows, shown_cents = [], 0
    for payment in payments.list_payments(numbers=numbers, limit=PAYMENTS_SHOWN).payments:
        cents = sum(one.amount_cents for one in payment.allocations if one.bill_id == bill.id)
        if cents:
            shown_cents += cents
            address = reverse("portal:payment", args=[payment.reference])
            rows.append(
                (
                    Cell(payment.reference, url=address),
                    Cell(payment.effective_on, kind="date"),
                    Cell(paid_with(payment)),
                    Cell(cents, kind="money"),
                )
            )
    if bill.paid_cents > shown_cents:
        earlier = Cell(bill.paid_cents - shown_cents, kind="money")
        rows.append((Cell(_("Earlier payments")), Cell("–"), Cell("–"), earlier))
    return tuple(rows)
