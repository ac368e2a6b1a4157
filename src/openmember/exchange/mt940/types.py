"""What an MT940 or MT942 file says."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the file: the line it stands on (from 1), a code, and a sentence."""

    line: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Balance:
    """A balance with its sign as C or D. `tag` ends in M where the statement goes on in another part."""

    tag: str
    mark: str
    day: str
    on: date | None
    currency: str
    amount: Decimal

    @property
    def signed(self) -> Decimal:
        return -self.amount if self.mark == "D" else self.amount


@dataclass(slots=True)
class Entry:
    """One movement. `mark` is C or D, after R where it takes one back; `payer` who is on the other side."""

    mark: str
    amount: Decimal
    type_code: str
    customer_reference: str
    bank_reference: str
    line: int
    supplement: str = ""
    payer: str = ""
    text: str = ""

    @property
    def signed(self) -> Decimal:
        """What it does to the balance: taking a credit back is a debit, and the other way round."""
        return self.amount if self.mark in {"C", "RD"} else -self.amount


@dataclass(slots=True)
class Statement:
    """One statement of one account, or a part of one. An interim report has no balances."""

    reference: str
    line: int
    account: str = ""
    number: str = ""
    opening: Balance | None = None
    closing: Balance | None = None
    entries: list[Entry] = field(default_factory=list)
    # MT942: what the bank counted, as (how many, how much), by D and C.
    counted: dict[str, tuple[int, Decimal]] = field(default_factory=dict)
    is_interim: bool = False

    @property
    def credits(self) -> Decimal:
        return sum((one.signed for one in self.entries if one.signed > 0), Decimal(0))

    @property
    def debits(self) -> Decimal:
        return -sum((one.signed for one in self.entries if one.signed < 0), Decimal(0))


@dataclass(slots=True)
class StatementFile:
    """A whole file, as far as it could be read. It may be used only when `problems` is empty."""

    statements: list[Statement] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
