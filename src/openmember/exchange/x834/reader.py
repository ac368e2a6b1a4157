"""Reads an 834 file, member by member, in memory that does not grow with the file."""

from __future__ import annotations

from collections.abc import Iterator

from openmember.exchange.x12.envelope import Envelope
from openmember.exchange.x12.problems import ProblemLog
from openmember.exchange.x12.segments import Source
from openmember.exchange.x12.types import Severity

from .transactions import TransactionReader
from .types import MemberInstruction, Report, Totals


class Reading:
    """One pass over an 834 file: iterate for its members, then ask for the report.

    Errors: nothing in a file raises; what is wrong with it stands in `report.problems`.
    """

    def __init__(self, source: Source) -> None:
        self._log = ProblemLog()
        self._envelope = Envelope(source, self._log)
        self._totals = Totals()
        self._members = self._read()

    def __iter__(self) -> Iterator[MemberInstruction]:
        return self._members

    @property
    def report(self) -> Report:
        """What the file holds and what is wrong with it. Reads the file to its end first."""
        for _ in self._members:
            continue
        return Report(
            byte_count=self._envelope.byte_count,
            interchanges=tuple(self._envelope.interchanges),
            totals=self._totals,
            problems=self._log.problems,
            error_count=self._log.counts[Severity.ERROR],
            warning_count=self._log.counts[Severity.WARNING],
        )

    def _read(self) -> Iterator[MemberInstruction]:
        for transaction, segments in self._envelope.transactions():
            for member in TransactionReader(transaction, segments, self._log):
                self._totals.count(member)
                yield member


def open_834(source: Source) -> Reading:
    """Start reading an 834 from a binary file or an iterable of bytes."""
    return Reading(source)
