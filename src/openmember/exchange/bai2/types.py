"""What a BAI2 file says. Amounts are in the smallest unit of their currency, as the file writes them."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with the file: the line it stands on (from 1), a code, and a sentence."""

    line: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Summary:
    """A balance or a total of an account. `items` is None when the bank does not count them."""

    type_code: str
    amount: int | None
    items: int | None
    funds: str


@dataclass(frozen=True, slots=True)
class Transaction:
    """One movement of an account."""

    type_code: str
    amount: int
    funds: str
    bank_reference: str
    customer_reference: str
    text: str
    line: int

    @property
    def signed_amount(self) -> int:
        """The amount as it changes the balance: nothing for codes that are neither credit nor debit."""
        return self.amount * direction(self.type_code)


@dataclass(frozen=True, slots=True)
class Trailer:
    """What a trailer says of the records before it, beside what was counted. `units` are its members."""

    control_total: int | None
    units: int | None
    records: int | None
    counted_total: int
    counted_units: int
    counted_records: int


@dataclass(slots=True)
class Account:
    """One account of a group."""

    number: str
    currency: str
    line: int
    summaries: list[Summary] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)
    trailer: Trailer | None = None

    def balance(self, type_code: str) -> int | None:
        """Return a balance or total by its code, or None when the file does not give it."""
        return next((one.amount for one in self.summaries if one.type_code == type_code), None)


@dataclass(slots=True)
class Group:
    """The accounts of one bank as of one day. `status` 1 is new, 2 withdrawn, 3 corrected, 4 a test."""

    receiver: str
    originator: str
    status: str
    as_of: str
    as_of_on: date | None
    currency: str
    modifier: str
    line: int
    accounts: list[Account] = field(default_factory=list)
    trailer: Trailer | None = None

    @property
    def is_interim(self) -> bool:
        """Whether the day was not over when this was written."""
        return self.modifier in {"1", "3"}


@dataclass(slots=True)
class BankFile:
    """A whole file, as far as it could be read. It may be used only when `problems` is empty."""

    sender: str = ""
    receiver: str = ""
    created: str = ""
    created_time: str = ""
    file_id: str = ""
    version: str = ""
    physical_lines: int = 0
    record_types: dict[str, int] = field(default_factory=dict)
    groups: list[Group] = field(default_factory=list)
    trailer: Trailer | None = None
    problems: list[Problem] = field(default_factory=list)
    # What a person may want to look at; the file is good all the same.
    notes: list[Problem] = field(default_factory=list)


def direction(type_code: str) -> int:
    """Return 1 for a credit, -1 for a debit, 0 for a balance or what moves no money."""
    number = int(type_code) if type_code.isdecimal() and len(type_code) == 3 else 0
    if 100 <= number <= 399 or 920 <= number <= 959:
        return 1
    if 400 <= number <= 699 or 960 <= number <= 999:
        return -1
    return 0
