"""Builders of receipts for tests: bank days whose lines are payers' money, worked as an import works them."""

from collections.abc import Sequence
from datetime import date

from openmember.members.testing import TESTER
from openmember.payments.receipts.services.working import work_receipts
from openmember.payments.receipts.types import Worked
from openmember.payments.reconciliation.testing import a_bank_day, a_line
from openmember.payments.reconciliation.types import BankLine

WIRE = "195"


def a_wire(cents: int, text: str, reference: str = "") -> BankLine:
    """Return a line of a wire with its text."""
    return a_line(cents, reference, text, type_code=WIRE)


def wires_came(day: date, *lines: BankLine, chunk: int = 50_000) -> Worked:
    """Store a bank day and work what it brought."""
    a_bank_day(day, *lines)
    return work_receipts(actor=TESTER, chunk=chunk)


def compose_credits(items: Sequence[tuple[str, int]], *, on: date) -> bytes:
    """Return an ACH file of corporate credits (CCD) to us: what each one's addenda says, and its cents."""
    lines = [
        f"101 121042882 231380104{on:%y%m%d}0915A094101{'Our Bank':<23}{'Operator':<23}{'':8}",
        f"5220{'ACME':<16}{'':20}{'1234567890':<10}CCD{'PAYMENT':<10}{'':6}{on:%y%m%d}   123138010{1:07d}",
    ]
    for place, (said, cents) in enumerate(items, start=1):
        lines.append(
            f"622231380104{'0004589761':<17}{cents:010d}{'':<15}{'OPENMEMBER':<22}  123138010{place:07d}"
        )
        lines.append(f"705{said:<80}{1:04d}{place:07d}")
    count, hashed, total = (
        2 * len(items),
        23138010 * len(items),
        sum(cents for _said, cents in items),
    )
    lines.append(
        f"8220{count:06d}{hashed:010d}{0:012d}{total:012d}{'1234567890':<10}{'':25}23138010{1:07d}"
    )
    blocks = -(-(len(lines) + 1) // 10)
    lines.append(f"9{1:06d}{blocks:06d}{count:08d}{hashed:010d}{0:012d}{total:012d}{'':39}")
    lines += ["9" * 94] * (-len(lines) % 10)
    return ("\n".join(lines) + "\n").encode()
