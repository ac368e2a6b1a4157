"""Reads an 835 file, claim by claim, in memory that does not grow with the file."""

from __future__ import annotations

from openmember.exchange.x12.payments import PaymentsReading
from openmember.exchange.x12.segments import Source

from .transactions import TransactionReader
from .types import Claim, Header, Totals

# One pass over an 835 file: walk its payments and their claims, or ask for the report.
Reading = PaymentsReading[Header, Claim, Totals]


def open_835(source: Source) -> Reading:
    """Start reading an 835 from a binary file or an iterable of bytes."""
    return PaymentsReading(source, Totals(), TransactionReader)
