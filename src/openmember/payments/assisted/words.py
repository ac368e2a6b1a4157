"""What a payment is for, in words that anybody who holds the telephone may read.

A premium is called one; that somebody was treated, or takes a medicine, is nobody's business, so every other
bill is only "a bill".
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from openmember.billing.types import Bill, Line
from openmember.ui.formats import day


def purpose_of(bills: Iterable[Bill]) -> tuple[str, ...]:
    """Return a line for each bill, or one line that names none."""
    return tuple(_line(bill) for bill in bills) or (_("Bills, the oldest first"),)


def _line(bill: Bill) -> str:
    words = _("Premium bill due %(day)s") if bill.line is Line.PREMIUM else _("Bill due %(day)s")
    return words % {"day": day(bill.due_on)}
