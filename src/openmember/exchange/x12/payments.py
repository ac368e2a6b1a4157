"""Reads a file of payments, item by item, in memory that does not grow with the file: an 820 or an 835."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from openmember.exchange.x12.envelope import Envelope
from openmember.exchange.x12.problems import ProblemLog
from openmember.exchange.x12.segments import Source
from openmember.exchange.x12.types import Mismatch, Problem, Segment, Severity, Transaction


class _Header(Protocol):
    @property
    def segment_number(self) -> int: ...


HeaderT = TypeVar("HeaderT", bound=_Header)
ItemT = TypeVar("ItemT")
HeaderT_co = TypeVar("HeaderT_co", bound=_Header, covariant=True)
ItemT_co = TypeVar("ItemT_co", covariant=True)
ItemT_contra = TypeVar("ItemT_contra", contravariant=True)


class Counting(Protocol[ItemT_contra]):
    """What is counted while a file is read."""

    payments: int

    def count(self, item: ItemT_contra, /) -> None: ...


TotalsT = TypeVar("TotalsT", bound=Counting)  # type: ignore[type-arg]  # of whatever the file's items are


class PaymentReader(Protocol[HeaderT_co, ItemT_co]):
    """Reads one transaction: its header, None when it is of another kind, then its items, then its sums."""

    @property
    def header(self) -> HeaderT_co | None: ...
    @property
    def mismatches(self) -> list[Mismatch]: ...
    def __iter__(self) -> Iterator[ItemT_co]: ...


@dataclass(frozen=True, slots=True)
class PaymentsReport(Generic[TotalsT]):
    """A file as a whole. It may be read further only when `error_count` is 0.

    Shape: `mismatches` are pairs of the segment of a transaction's ST and what does not add up in it.
    """

    byte_count: int
    totals: TotalsT
    problems: tuple[Problem, ...]
    error_count: int
    mismatches: tuple[tuple[int, Mismatch], ...]


class PaymentsReading(Generic[HeaderT, ItemT, TotalsT]):
    """One pass over a file: walk its payments and their items, or ask for the report.

    Errors: nothing in a file raises; what is wrong with it stands in the report.
    """

    def __init__(
        self,
        source: Source,
        totals: TotalsT,
        reader: Callable[
            [Transaction, Iterator[Segment], ProblemLog], PaymentReader[HeaderT, ItemT]
        ],
    ) -> None:
        self._log = ProblemLog()
        self._envelope = Envelope(source, self._log)
        self._totals = totals
        self._reader = reader
        self._mismatches: list[tuple[int, Mismatch]] = []
        self._payments = self._read()

    def payments(self) -> Iterator[tuple[HeaderT, Iterator[ItemT]]]:
        """Yield each payment and its items, to be read at once."""
        return self._payments

    @property
    def report(self) -> PaymentsReport[TotalsT]:
        """What the file holds and what is wrong with it. Reads the file to its end first."""
        for _header, items in self._payments:
            for _item in items:
                continue
        return PaymentsReport(
            byte_count=self._envelope.byte_count,
            totals=self._totals,
            problems=self._log.problems,
            error_count=self._log.counts[Severity.ERROR],
            mismatches=tuple(self._mismatches),
        )

    def _read(self) -> Iterator[tuple[HeaderT, Iterator[ItemT]]]:
        for transaction, segments in self._envelope.transactions():
            reader = self._reader(transaction, segments, self._log)
            header = reader.header
            if header is None:
                continue
            self._totals.payments += 1
            items = self._count(reader)
            yield header, items
            for _ in items:  # Whatever was left unread still counts.
                continue
            self._mismatches += ((header.segment_number, wrong) for wrong in reader.mismatches)

    def _count(self, reader: PaymentReader[HeaderT, ItemT]) -> Iterator[ItemT]:
        for item in reader:
            self._totals.count(item)
            yield item
