"""A member's payments as a spreadsheet file. Source: RFC 4180."""

import csv
import io
from collections.abc import Iterable

from django.utils.translation import gettext as _

from openmember.kernel.money import dollars_from_cents
from openmember.kernel.spreadsheets import harmless
from openmember.payments.types import Payment
from openmember.payments.words import CHANNELS, paid_with
from openmember.ui.statuses import words_for


def write_csv(payments: Iterable[Payment]) -> bytes:
    """Return the payments with one heading line, amounts as plain dollars, dates as YYYY-MM-DD."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(
        [
            _("Date"), _("Receipt number"), _("Amount"), _("Status"), _("Paid with"), _("How"),
            _("What it paid"), _("Kept as credit"), _("Refunded"),
        ]
    )  # fmt: skip
    for payment in payments:
        writer.writerow([harmless(cell) for cell in _row(payment)])
    written = text.getvalue()
    # Spreadsheets read UTF-8 only after its mark; plain ASCII needs none.
    return written.encode("ascii" if written.isascii() else "utf-8-sig")


def _row(payment: Payment) -> list[str]:
    return [
        payment.effective_on.isoformat(),
        payment.reference,
        dollars_from_cents(payment.amount_cents),
        str(words_for(payment.status).label),
        paid_with(payment),
        str(CHANNELS[payment.channel]),
        "; ".join(
            f"{one.bill_title} ({one.bill_reference}) {dollars_from_cents(one.amount_cents)}"
            for one in payment.allocations
        ),
        dollars_from_cents(payment.unapplied_cents),
        dollars_from_cents(payment.refunded_cents),
    ]
