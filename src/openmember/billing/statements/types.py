"""Statements as other rooms see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from openmember.kernel.references import identity, reference


@dataclass(frozen=True, slots=True)
class Statement:
    """One month of one account: what it owed less its credit, what changed that, what is to be paid.

    `data` holds the lines and the address as they were. Charges are positive; receipts, which are payments
    less refunds and returns, are negative.
    """

    id: int
    account_number: str
    month: date
    opening_cents: int
    charges_cents: int
    receipts_cents: int
    adjustments_cents: int
    closing_cents: int
    due_cents: int
    due_on: date | None
    language: str
    reading_format: str
    electronic: bool
    data: Mapping[str, Any]
    layout_id: str
    made_at: datetime

    @property
    def reference(self) -> str:
        return reference("S", self.id)


@dataclass(frozen=True, slots=True)
class ScanLine:
    """What the line at the foot of a coupon says: whose payment it is and how much was asked for."""

    number: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Totals:
    """What a month's statements come to, by the way they leave."""

    statements: int
    electronic: int
    printed: int
    due_cents: int
    closing_cents: int


def statement_id(text: str) -> int:
    """Return the id behind a statement's reference. Errors: kernel.references.BadReference."""
    return identity("S", text)
