"""Writes an ACH file, record by record. What does not fit into its column is refused, never cut."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from . import codes
from .controls import HASH_DIGITS
from .lines import PADDING, RECORD_LENGTH
from .reader import RECORDS_A_BLOCK

LARGEST_AMOUNT_CENTS = 10**10 - 1
_ENTRY = "6%2s%9s%-17s%010d%-15s%-22s%-2s0%8s%07d\n"
_ENTRIES_AT_ONCE = 5_000


class NotWritable(ValueError):
    """A value has no place in an ACH file; the message says which and why, and quotes no account."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends the file to which bank. `destination` is a routing number, `origin` as the bank assigned it."""

    destination: str
    destination_name: str
    origin: str
    origin_name: str


@dataclass(frozen=True, slots=True)
class BatchHead:
    """What all entries of a batch share. `descriptive_date` is `SD1300` and the like for the same day."""

    number: int
    service_class: str
    company_name: str
    company_id: str
    sec: str
    description: str
    effective_on: date
    odfi: str
    descriptive_date: str = ""


class EntryLine(NamedTuple):
    """One entry. `sequence` is the end of its trace number, seven digits, rising within a batch."""

    transaction: str
    routing: str
    account: str
    amount_cents: int
    individual_id: str
    name: str
    discretionary: str
    sequence: int


@dataclass(slots=True)
class Written:
    """What was written of a batch or a file."""

    entries: int = 0
    entry_hash: int = 0
    debit_cents: int = 0
    credit_cents: int = 0

    def add(self, other: Written) -> None:
        self.entries += other.entries
        self.entry_hash += other.entry_hash
        self.debit_cents += other.debit_cents
        self.credit_cents += other.credit_cents


class Writer:
    """Writes a whole file to `write`: its header at once, batches one after another, then `end`."""

    def __init__(
        self, write: Callable[[bytes], object], sender: Sender, made_at: datetime, modifier: str
    ) -> None:
        self._write = write
        self._lines = 0
        self._banks: dict[str, int] = {}
        self.batches = 0
        self.totals = Written()
        if not codes.is_routing_number(sender.destination):
            raise NotWritable("The bank the file goes to has no routing number.")
        if not (len(modifier) == 1 and modifier.isascii() and modifier.isalnum()):
            raise NotWritable("The file id modifier is one letter or digit.")
        self._record(
            f"101 {sender.destination}{_fit(sender.origin, 10, 'origin'):>10}"
            f"{made_at:%y%m%d%H%M}{modifier.upper()}094101"
            f"{_fit(sender.destination_name, 23, 'name of the destination'):<23}"
            f"{_fit(sender.origin_name, 23, 'name of the origin'):<23}{'':8}"
        )

    def batch(self, head: BatchHead, rows: Iterable[EntryLine]) -> Written:
        """Write one batch, reading its entries once. Errors: NotWritable."""
        self._record(_batch_header(head))
        written = Written()
        last = 0
        for block in _blocks(rows):
            last = self._entries(head, block, written, last)
        if not written.entries:
            raise NotWritable(f"Batch {head.number} would hold no entry.")
        self._record(
            f"8{head.service_class}{_digits(written.entries, 6, 'entry count')}"
            f"{written.entry_hash % HASH_DIGITS:010d}{_money(written)}"
            f"{head.company_id:<10}{'':25}{head.odfi}{head.number:07d}"
        )
        self.batches += 1
        self.totals.add(written)
        return written

    def end(self) -> int:
        """Write the file control and the padding; return how many lines the file has."""
        blocks = -(-(self._lines + 1) // RECORDS_A_BLOCK)
        self._record(
            f"9{_digits(self.batches, 6, 'batch count')}{_digits(blocks, 6, 'block count')}"
            f"{_digits(self.totals.entries, 8, 'entry count')}"
            f"{self.totals.entry_hash % HASH_DIGITS:010d}{_money(self.totals)}{'':39}"
        )
        while self._lines % RECORDS_A_BLOCK:
            self._record(PADDING)
        return self._lines

    def _entries(self, head: BatchHead, block: list[EntryLine], written: Written, last: int) -> int:
        lines = []
        debits = credits_ = hashed = 0
        odfi, banks = head.odfi, self._banks
        for row in block:
            transaction, routing, account, cents, individual_id, name, discretionary, sequence = row
            line = _ENTRY % (
                transaction, routing, account, cents, individual_id, name, discretionary, odfi, sequence,
            )  # fmt: skip
            bank = banks.get(routing)
            # Every column is as wide as its format at least: a line of the right length holds no value
            # that is too long for its own.
            if bank is None or len(line) != RECORD_LENGTH + 1 or cents < 0 or sequence <= last:
                bank = self._check(row, last)
            if not account or (cents == 0) != (transaction in codes.PRENOTES):
                raise NotWritable(
                    f"Entry {sequence} has no account or another amount than its code."
                )
            last = sequence
            hashed += bank
            if transaction[1] > "5":
                debits += cents
            else:
                credits_ += cents
            lines.append(line)
        text = "".join(lines)
        if (
            not text.isascii()
            or not text.replace("\n", "").isprintable()
            or text.count("\n") != len(lines)
        ):
            raise NotWritable(_unprintable(block))
        _check_directions(head, debits, credits_)
        self._write(text.encode("ascii"))
        self._lines += len(lines)
        written.add(Written(len(lines), hashed, debits, credits_))
        return last

    def _check(self, row: EntryLine, last: int) -> int:
        """Return the receiving bank as the hash adds it, having looked at everything of the row."""
        for what, value, width in (
            ("account number", row.account, 17), ("individual id", row.individual_id, 15),
            ("name", row.name, 22), ("discretionary data", row.discretionary, 2),
        ):  # fmt: skip
            if len(value) > width:
                raise NotWritable(
                    f"Entry {row.sequence}: its {what} has {len(value)} characters, of which {width} fit."
                )
        if not 0 <= row.amount_cents <= LARGEST_AMOUNT_CENTS:
            raise NotWritable(f"Entry {row.sequence}: its amount is below zero or too large.")
        if not last < row.sequence < 10**7:
            raise NotWritable(f"Entry {row.sequence} does not follow entry {last}.")
        if row.transaction not in codes.TRANSACTIONS:
            raise NotWritable(f"Entry {row.sequence}: its transaction code is none of the trade.")
        if not codes.is_routing_number(row.routing):
            raise NotWritable(f"Entry {row.sequence}: its bank has no routing number.")
        return self._banks.setdefault(row.routing, int(row.routing[:8]))

    def _record(self, text: str) -> None:
        if len(text) != RECORD_LENGTH or not text.isascii() or not text.isprintable():
            raise NotWritable("A header or control holds what does not fit into it.")
        self._write(f"{text}\n".encode("ascii"))
        self._lines += 1


def parts_of(cents: int, most_cents: int = LARGEST_AMOUNT_CENTS) -> Iterator[int]:
    """Yield amounts that add up to one too large for a single entry, as a balancing entry may be."""
    while cents > 0:
        part = min(cents, most_cents)
        yield part
        cents -= part


def _batch_header(head: BatchHead) -> str:
    if head.service_class not in codes.SERVICE_CLASSES or head.sec not in codes.FORWARD_CLASSES:
        raise NotWritable(f"Batch {head.number} has an unknown service class or entry class.")
    if not (len(head.odfi) == 8 and head.odfi.isdecimal()):
        raise NotWritable("The originating bank is the first eight digits of a routing number.")
    return (
        f"5{head.service_class}{_fit(head.company_name, 16, 'company name'):<16}{'':20}"
        f"{_fit(head.company_id, 10, 'company id'):<10}{head.sec}"
        f"{_fit(head.description, 10, 'entry description'):<10}"
        f"{_fit(head.descriptive_date, 6, 'descriptive date', least=0):<6}"
        f"{head.effective_on:%y%m%d}   1{head.odfi}{head.number:07d}"
    )


def _check_directions(head: BatchHead, debit_cents: int, credit_cents: int) -> None:
    if (head.service_class == codes.DEBITS_ONLY and credit_cents) or (
        head.service_class == codes.CREDITS_ONLY and debit_cents
    ):
        raise NotWritable(f"Batch {head.number} holds an entry its service class excludes.")


def _unprintable(block: list[EntryLine]) -> str:
    for row in block:
        text = f"{row.account}{row.individual_id}{row.name}{row.discretionary}"
        if not text.isascii() or not text.isprintable():
            return f"Entry {row.sequence} holds a character that no ACH file has."
    return "An entry holds a character that no ACH file has."


def _blocks(rows: Iterable[EntryLine]) -> Iterator[list[EntryLine]]:
    block: list[EntryLine] = []
    for row in rows:
        block.append(row)
        if len(block) == _ENTRIES_AT_ONCE:
            yield block
            block = []
    if block:
        yield block


def _fit(text: str, width: int, what: str, *, least: int = 1) -> str:
    if not least <= len(text) <= width:
        raise NotWritable(f"The {what} has {len(text)} characters; {least} to {width} fit.")
    return text


def _digits(value: int, width: int, what: str) -> str:
    if value >= 10**width:
        raise NotWritable(f"The {what} is too large for one file: begin another.")
    return f"{value:0{width}d}"


def _money(written: Written) -> str:
    return (
        f"{_digits(written.debit_cents, 12, 'total of debits')}"
        f"{_digits(written.credit_cents, 12, 'total of credits')}"
    )
