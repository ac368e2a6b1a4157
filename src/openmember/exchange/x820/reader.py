"""Reads an 820 file, entity by entity, in memory that does not grow with the file."""

from __future__ import annotations

from openmember.exchange.x12.payments import PaymentsReading
from openmember.exchange.x12.segments import Source

from .transactions import TransactionReader
from .types import Entity, Header, Totals

# One pass over an 820 file: walk its payments and their entities, or ask for the report.
Reading = PaymentsReading[Header, Entity, Totals]


def open_820(source: Source) -> Reading:
    """Start reading an 820 from a binary file or an iterable of bytes."""
    return PaymentsReading(source, Totals(), TransactionReader)
