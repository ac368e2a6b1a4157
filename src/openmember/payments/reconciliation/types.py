"""What is reconciled, and what became of it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from openmember.kernel.references import identity, reference


class Side(StrEnum):
    """Who says that money moved."""

    BANK = "bank"
    PAYOUT = "payout"
    GATEWAY = "gateway"
    BOOKS = "books"


@dataclass(frozen=True, slots=True)
class BankLine:
    """One movement of a statement. Credits are above zero."""

    type_code: str
    amount_cents: int
    bank_reference: str = ""
    customer_reference: str = ""
    text: str = ""
    # The day it was booked, where the file gives one of its own.
    booked_on: date | None = None


@dataclass(frozen=True, slots=True)
class BankDay:
    """One day of one account as the bank states it. Balances are None where it gives none.

    `bank` and `account` are what the file says, and once it is ours our own account's id and number.
    """

    bank: str
    account: str
    day: date
    currency: str
    opening_cents: int | None
    closing_cents: int | None
    lines: tuple[BankLine, ...]


@dataclass(frozen=True, slots=True)
class Gap:
    """A break in an account's statements: days that are missing, or balances that do not follow."""

    account: str
    after: date
    before: date
    reason: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a file. Refused whole when `accepted` is False; `problems` says why."""

    format: str
    sha256: str
    accepted: bool
    dry_run: bool
    problems: tuple[str, ...] = ()
    new: int = 0
    same: int = 0
    restated: int = 0
    lines: int = 0
    cents: int = 0
    notes: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def already_taken(self) -> bool:
        """Whether nothing in the file was new."""
        return self.accepted and self.same > 0 and not self.new and not self.restated


@dataclass(frozen=True, slots=True)
class PayoutLine:
    """One thing a payout is made of: `amount_cents` before the fee kept of it."""

    id: str
    day: date
    kind: str
    amount_cents: int
    fee_cents: int
    reference: str
    payment_id: int | None = None
    refund_id: int | None = None


@dataclass(frozen=True, slots=True)
class Payout:
    """A sum a gateway pays to our bank, or takes from it."""

    gateway: str
    id: str
    arrives_on: date
    amount_cents: int
    lines: tuple[PayoutLine, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote about an entry."""

    kind: str
    text: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """Money as one side tells of it. `age_days` counts to the day asked about."""

    id: int
    side: Side
    day: date
    code: int
    amount_cents: int
    kind: str
    reference: str
    text: str
    channel: str
    match_id: int | None
    age_days: int
    is_reviewed: bool = False
    is_waiting: bool = False
    withdrawn: bool = False

    @property
    def shown(self) -> str:
        """What people call it."""
        return entry_reference(self.id)


@dataclass(frozen=True, slots=True)
class Match:
    """Entries that are the same money, and why."""

    id: int
    rule: str
    reason: str
    state: str
    posted_cents: int
    posted_code: int | None
    made_by: str
    made_at: datetime
    approved_by: str
    undone_by: str
    undone_reason: str
    undo_asked_by: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Entries that may be the other side, and what speaks for them."""

    entries: tuple[Entry, ...]
    why: str
    cents: int


@dataclass(frozen=True, slots=True)
class QueuePage:
    """Some of what is in no match, and what all of it comes to."""

    entries: tuple[Entry, ...]
    total: int
    total_cents: int


@dataclass(frozen=True, slots=True)
class AgeBucket:
    """What one side has open of one age."""

    side: Side
    from_days: int
    until_days: int | None
    count: int
    cents: int


@dataclass(frozen=True, slots=True)
class Statement:
    """How the bank's figure becomes the books': the named lines explain all of it, or something is wrong."""

    bank_cents: int
    books_cents: int
    lines: tuple[tuple[str, int], ...] = field(default=())

    @property
    def unexplained_cents(self) -> int:
        return self.bank_cents - self.books_cents - sum(cents for _name, cents in self.lines)


def entry_reference(entry_id: int) -> str:
    """Return what people call an entry."""
    return reference("E", entry_id)


def entry_id(text: str) -> int:
    """Return the id behind an entry's reference. Errors: kernel.references.BadReference."""
    return identity("E", text)
