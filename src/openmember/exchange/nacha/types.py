"""The pieces of an ACH file that cross module boundaries."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from . import codes


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file. `line` counts from 1; 0 is the file itself. Quotes no name or account."""

    line: int
    code: str
    message: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True, slots=True)
class FileHeader:
    """Record 1: who sends to whom, and when the file was made."""

    destination: str
    origin: str
    created_on: str
    created_at: str
    modifier: str
    destination_name: str
    origin_name: str


@dataclass(slots=True)
class Totals:
    """What was counted of a batch or of a file."""

    entries: int = 0
    addenda: int = 0
    entry_hash: int = 0
    debit_cents: int = 0
    credit_cents: int = 0

    def add(self, other: Totals) -> None:
        self.entries += other.entries
        self.addenda += other.addenda
        self.entry_hash += other.entry_hash
        self.debit_cents += other.debit_cents
        self.credit_cents += other.credit_cents


@dataclass(frozen=True, slots=True)
class Control:
    """What record 8 or 9 states, as read; None where it is no number."""

    count: int | None
    entry_hash: int | None
    debit_cents: int | None
    credit_cents: int | None
    service_class: str = ""
    company_id: str = ""
    odfi: str = ""
    batch_number: int | None = None
    batch_count: int | None = None
    block_count: int | None = None


@dataclass(slots=True)
class Batch:
    """Record 5, and what was counted up to its record 8."""

    line: int
    service_class: str
    company_name: str
    company_id: str
    sec: str
    description: str
    descriptive_date: str
    effective_on: str
    settlement_day: str
    odfi: str
    number: int | None
    totals: Totals = field(default_factory=Totals)
    control: Control | None = None
    bad_check_digit_lines: list[int] = field(default_factory=list)
    returns: list[dict[str, str]] = field(default_factory=list)
    changes: list[dict[str, str]] = field(default_factory=list)
    prenotes: int = 0
    transactions: dict[str, int] = field(default_factory=dict)


class Return(NamedTuple):
    """Addenda 99: an entry the receiving bank sends back."""

    code: str
    original_trace: str
    died_on: str
    original_rdfi: str
    info: str
    trace: str


class Change(NamedTuple):
    """Addenda 98: what the receiving bank asks to have corrected from the next entry on."""

    code: str
    original_trace: str
    original_rdfi: str
    corrected: str
    trace: str


class Entry(NamedTuple):
    """Record 6 with its addenda. A named tuple, because a file holds a million of them."""

    line: int
    batch: Batch
    transaction: str
    routing: str
    account: str
    amount_cents: int
    individual_id: str
    name: str
    discretionary: str
    trace: str
    addenda: tuple[str, ...] = ()
    returned: Return | None = None
    change: Change | None = None

    @property
    def is_debit(self) -> bool:
        return codes.is_debit(self.transaction)

    @property
    def is_prenote(self) -> bool:
        return self.transaction in codes.PRENOTES


@dataclass(frozen=True, slots=True)
class Shape:
    """The file as bytes and lines, for the report."""

    byte_count: int
    encoding: str
    eol: str
    lines: int
    line_lengths: dict[int, int]
    records: dict[str, int]
    padding_lines: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a file holds and what is wrong with it."""

    shape: Shape
    header: FileHeader | None
    batches: tuple[Batch, ...]
    totals: Totals
    control: Control | None
    block_count: int
    problems: tuple[Problem, ...]
    error_count: int
    structural_problems: tuple[str, ...] = ()
