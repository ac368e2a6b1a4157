"""Whether an 820 adds up. Pure arithmetic in cents.

Source: ASC X12N 005010X218, section 1.10: the payment is the sum of its lines (RMR04) and of the
adjustments to earlier payments (ADX of loop 2200); an ADX under a line explains how what is paid
differs from what was billed (RMR05).
"""

from __future__ import annotations

from collections.abc import Iterator

from openmember.exchange.x12.sums import mismatch
from openmember.exchange.x12.types import Mismatch

from .types import Entity, Header, Totals


def entity_mismatches(entity: Entity) -> Iterator[Mismatch]:
    """Yield each line whose adjustments do not explain what was paid."""
    for line in entity.lines:
        if line.billed is None or not line.adjustments:
            continue
        expected = line.billed.cents + sum(one.amount.cents for one in line.adjustments)
        if expected != line.amount.cents:
            what = "What was billed (RMR05) and its adjustments (ADX)"
            yield mismatch(line.segment_number, what, expected, "RMR04", line.amount.cents)


def payment_mismatch(header: Header, totals: Totals) -> Mismatch | None:
    """Return how the payment and the sum of its lines disagree."""
    expected = totals.line_cents + totals.adjustment_cents
    if expected == header.amount.cents:
        return None
    what = "The lines (RMR04) and the adjustments to earlier payments (ADX)"
    return mismatch(header.segment_number, what, expected, "BPR02", header.amount.cents)
