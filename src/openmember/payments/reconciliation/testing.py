"""Builders of bank days for tests, and a bank that confirms what it is told."""

from datetime import date

from openmember.members.testing import TESTER
from openmember.payments.reconciliation.services.bank_days import store_days
from openmember.payments.reconciliation.types import BankDay, BankLine, Taken

# Our account of the list that comes with the code.
BANK, ACCOUNT = "operating", "0004589761"


def a_line(cents: int, reference: str = "", text: str = "", type_code: str = "") -> BankLine:
    """Return a movement; its direction is the amount's sign."""
    return BankLine(type_code or ("165" if cents > 0 else "455"), cents, reference, "", text)


def a_bank_day(
    day: date, *lines: BankLine, opening_cents: int | None = None, account: str = ACCOUNT
) -> Taken:
    """Store a statement day of our account, as an import would."""
    closing = (
        None if opening_cents is None else opening_cents + sum(one.amount_cents for one in lines)
    )
    stated = BankDay(BANK, account, day, "USD", opening_cents, closing, lines)
    return store_days(days=(stated,), format_="test", sha256="test", actor=TESTER)
