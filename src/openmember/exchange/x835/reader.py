"""Reads an 835 file, claim by claim, in memory that does not grow with the file."""

from __future__ import annotations

from collections.abc import Iterator

from openmember.exchange.x12.envelope import Envelope
from openmember.exchange.x12.problems import ProblemLog
from openmember.exchange.x12.segments import Source
from openmember.exchange.x12.types import Mismatch, Severity

from .transactions import TransactionReader
from .types import Claim, Header, Report, Totals


class Reading:
    """One pass over an 835 file: walk its payments and their claims, or ask for the report.

    Errors: nothing in a file raises; what is wrong with it stands in the report.
    """

    def __init__(self, source: Source) -> None:
        self._log = ProblemLog()
        self._envelope = Envelope(source, self._log)
        self._totals = Totals()
        self._mismatches: list[tuple[int, Mismatch]] = []
        self._payments = self._read()

    def payments(self) -> Iterator[tuple[Header, Iterator[Claim]]]:
        """Yield each payment and its claims, to be read at once."""
        return self._payments

    @property
    def report(self) -> Report:
        """What the file holds and what is wrong with it. Reads the file to its end first."""
        for _header, claims in self._payments:
            for _claim in claims:
                continue
        return Report(
            byte_count=self._envelope.byte_count,
            totals=self._totals,
            problems=self._log.problems,
            error_count=self._log.counts[Severity.ERROR],
            mismatches=tuple(self._mismatches),
        )

    def _read(self) -> Iterator[tuple[Header, Iterator[Claim]]]:
        for transaction, segments in self._envelope.transactions():
            reader = TransactionReader(transaction, segments, self._log)
            if not reader.header:
                continue
            self._totals.payments += 1
            claims = self._count(reader)
            yield reader.header, claims
            for _ in claims:  # Whatever was left unread still counts.
                continue
            start = reader.header.segment_number
            self._mismatches += ((start, wrong) for wrong in reader.mismatches)

    def _count(self, reader: TransactionReader) -> Iterator[Claim]:
        for claim in reader:
            self._totals.count(claim)
            yield claim


def open_835(source: Source) -> Reading:
    """Start reading an 835 from a binary file or an iterable of bytes."""
    return Reading(source)
