"""Receipts as other rooms see them, and what was found in their texts."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from openmember.kernel.references import identity, reference


class How(StrEnum):
    """How a number was found in a text, the surest first."""

    SCAN_LINE = "scan_line"
    NUMBER = "number"
    READ = "read"
    OTHER_LABEL = "other_label"
    LEGACY = "legacy"
    REPAIRED = "repaired"
    MRN = "mrn"
    NAME = "name"


class Fact(StrEnum):
    """What else speaks for an account."""

    NAME = "name"
    AMOUNT = "amount"
    PAIR = "pair"


@dataclass(frozen=True, slots=True)
class Found:
    """A number that a text may mean, as it would have been issued."""

    number: str
    how: How


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that exists, how the text led to it, and what else speaks for it."""

    account_number: str
    how: How
    facts: frozenset[Fact] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The one account that is sure, or none; `reason` is a word that surfaces explain."""

    account_number: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An account the money may be for, with why, as the desk shows it."""

    account_number: str
    holder: str
    how: How
    facts: frozenset[Fact]
    owed_cents: int


@dataclass(frozen=True, slots=True)
class Item:
    """One piece of money a file of items brings. `identity` is what tells it from others of its day."""

    identity: str
    day: date
    amount_cents: int
    method: str
    channel: str
    payer: str
    text: str
    reference: str
    bank: str
    account: str
    entry_reference: str = ""
    type_code: str = ""


@dataclass(frozen=True, slots=True)
class Worked:
    """What became of receipts that were new."""

    posted: int
    held: int
    withdrawn: int = 0
    lost: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came, and how it stands. `proposed_cents` of what is open waits for a second person."""

    id: int
    source: str
    day: date
    amount_cents: int
    open_cents: int
    proposed_cents: int
    payer: str
    text: str
    bank_reference: str
    state: str
    reason: str
    age_days: int

    @property
    def reference(self) -> str:
        return receipt_reference(self.id)

    @property
    def free_cents(self) -> int:
        """What something can still be done with."""
        return self.open_cents - self.proposed_cents


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody did with money that waited, or proposed."""

    id: int
    receipt_id: int
    kind: str
    amount_cents: int
    account_number: str
    reason: str
    state: str
    paid_reference: str
    made_by: str
    made_at: datetime
    decided_by: str
    payment_id: int | None


@dataclass(frozen=True, slots=True)
class LostPayment:
    """A payment that was made of money the bank took back."""

    account_number: str
    payment_id: int
    amount_cents: int
    status: str


@dataclass(frozen=True, slots=True)
class Loss:
    """Money the bank took back after it was posted or worked on, and what two people make of that."""

    id: int
    receipt: Receipt
    account: str
    state: str
    kind: str
    kept_on: int | None
    reason: str
    opened_at: datetime
    made_by: str
    decided_by: str
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some of what waits, the oldest first, and what all of it comes to."""

    receipts: tuple[Receipt, ...]
    total: int
    total_cents: int


def receipt_reference(receipt_id: int) -> str:
    """Return what people call a receipt."""
    return reference("U", receipt_id)


def receipt_id(text: str) -> int:
    """Return the id behind a receipt's reference. Errors: kernel.references.BadReference."""
    return identity("U", text)
