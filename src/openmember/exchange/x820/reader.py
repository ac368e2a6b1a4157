"""Reads an 820 file, entity by entity, in memory that does not grow with the file."""

from __future__ import annotations

from collections.abc import Iterator

from openmember.exchange.x12.envelope import Envelope
from openmember.exchange.x12.problems import ProblemLog
from openmember.exchange.x12.segments import Source
from openmember.exchange.x12.types import Mismatch, Severity

from .transactions import TransactionReader
from .types import Entity, Header, Report, Totals


class Reading:
    """One pass over an 820 file: walk its payments and their entities, or ask for the report.

    Errors: nothing in a file raises; what is wrong with it stands in the report.
    """

    def __init__(self, source: Source) -> None:
        self._log = ProblemLog()
        self._envelope = Envelope(source, self._log)
        self._totals = Totals()
        self._mismatches: list[tuple[int, Mismatch]] = []
        self._payments = self._read()

    def payments(self) -> Iterator[tuple[Header, Iterator[Entity]]]:
        """Yield each payment and its entities, to be read at once."""
        return self._payments

    @property
    def report(self) -> Report:
        """What the file holds and what is wrong with it. Reads the file to its end first."""
        for _header, entities in self._payments:
            for _entity in entities:
                continue
        return Report(
            byte_count=self._envelope.byte_count,
            totals=self._totals,
            problems=self._log.problems,
            error_count=self._log.counts[Severity.ERROR],
            mismatches=tuple(self._mismatches),
        )

    def _read(self) -> Iterator[tuple[Header, Iterator[Entity]]]:
        for transaction, segments in self._envelope.transactions():
            reader = TransactionReader(transaction, segments, self._log)
            if not reader.header:
                continue
            self._totals.payments += 1
            entities = self._count(reader)
            yield reader.header, entities
            for _ in entities:  # Whatever was left unread still counts.
                continue
            start = reader.header.segment_number
            self._mismatches += ((start, wrong) for wrong in reader.mismatches)

    def _count(self, reader: TransactionReader) -> Iterator[Entity]:
        for entity in reader:
            self._totals.count(entity)
            yield entity


def open_820(source: Source) -> Reading:
    """Start reading an 820 from a binary file or an iterable of bytes."""
    return Reading(source)
