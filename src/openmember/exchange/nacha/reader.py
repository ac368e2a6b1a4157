"""Reads an ACH file entry by entry, in memory that does not grow with its entries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from . import codes, controls, records
from .entries import EntryReader
from .lines import RECORD_NAMES, Lines, Source
from .problems import ProblemLog
from .types import Batch, Control, Entry, FileHeader, Report, Severity, Totals

RECORDS_A_BLOCK = 10


class _Open(NamedTuple):
    """The batch that is read now, and the entry whose addenda may still come."""

    batch: Batch
    entries: EntryReader


class Reading:
    """One pass over an ACH file: iterate for its entries, then ask for the report.

    Errors: nothing in a file raises; what is wrong with it stands in `report.problems`.
    """

    def __init__(self, source: Source) -> None:
        self._log = ProblemLog()
        self._lines = Lines(source, self._log)
        self._header: FileHeader | None = None
        self._batches: list[Batch] = []
        self._open: _Open | None = None
        self._control: Control | None = None
        self._totals = Totals()
        self._strangers: list[str] = []
        self._entries = self._read()

    def __iter__(self) -> Iterator[Entry]:
        return self._entries

    @property
    def report(self) -> Report:
        """What the file holds and what is wrong with it. Reads the file to its end first."""
        for _ in self._entries:
            continue
        return Report(
            shape=self._lines.shape,
            header=self._header,
            batches=tuple(self._batches),
            totals=self._totals,
            control=self._control,
            block_count=self._block_count(),
            problems=self._log.problems,
            error_count=self._log.counts[Severity.ERROR],
            structural_problems=tuple(self._strangers),
        )

    def _read(self) -> Iterator[Entry]:
        for line, record in self._lines:
            kind = record[0]
            if self._control is not None:
                self._stray(line, "comes after the file control")
            elif kind in "67" and self._open:
                yield from self._open.entries.take(line, record)
            else:
                yield from self._close_entry()
                self._take(kind, line, record)
        yield from self._close_entry()
        self._end()

    def _take(self, kind: str, line: int, record: str) -> None:
        if kind == "1":
            if self._header is not None or self._batches:
                self._stray(line, "is a second file header, or one that comes late")
            self._header = self._header or records.file_header(line, record, self._log)
        elif kind == "5":
            self._begin(line, record)
        elif kind == "8" and self._open:
            self._finish(line, record)
        elif kind == "9" and not self._open:
            if self._lines.shape.padding_lines:
                self._stray(line, "is a file control that comes after the padding")
            self._control = records.file_control(record)
            controls.check_file(
                line, self._control, self._batches, self._totals, self._block_count(), self._log
            )
        elif kind in RECORD_NAMES:
            self._stray(line, f"is a record {kind} ({RECORD_NAMES[kind]}) out of its place")
        else:
            self._stray(line, "begins with no record type")

    def _begin(self, line: int, record: str) -> None:
        if self._open:
            self._missing_control()
        if self._header is None and not self._batches:
            self._log.error(line, "structure", "The file begins without its file header.")
        batch = records.batch_header(line, record, self._log)
        known = self._batches[-1].number if self._batches else None
        if known is not None and batch.number is not None and batch.number <= known:
            self._log.error(line, "batch_number", "The batch number does not follow the last one.")
        self._batches.append(batch)
        self._open = _Open(batch, EntryReader(batch, self._log))

    def _finish(self, line: int, record: str) -> None:
        assert self._open
        batch = self._open.batch
        batch.control = records.batch_control(record)
        controls.check_batch(line, batch, batch.control, self._log)
        self._totals.add(batch.totals)
        self._open = None

    def _close_entry(self) -> Iterator[Entry]:
        if self._open:
            yield from self._open.entries.close()

    def _missing_control(self) -> None:
        assert self._open
        batch = self._open.batch
        self._log.error(batch.line, "structure", "The batch ends without its batch control.")
        self._totals.add(batch.totals)
        self._open = None

    def _end(self) -> None:
        if self._open:
            self._missing_control()
        if self._header is None:
            self._log.error(0, "structure", "The file has no file header.")
        if self._control is None:
            self._log.error(0, "structure", "The file has no file control.")

    def _stray(self, line: int, what: str) -> None:
        self._strangers.append(f"line {line} {what}")
        self._log.error(line, "structure", f"The line {what}.")

    def _block_count(self) -> int:
        shape = self._lines.shape
        # Whole blocks of nines beyond the one the control ends in count for nothing.
        return -(-(shape.lines - shape.padding_lines) // RECORDS_A_BLOCK)


def open_nacha(source: Source) -> Reading:
    """Start reading an ACH file from a binary file or an iterable of bytes."""
    return Reading(source)


def recognise(head: bytes) -> bool:
    """Return whether the first bytes of a file look like an ACH file, even one that lost its header."""
    first = head.lstrip(b"\r\n").split(b"\n", 1)[0].decode("latin-1").rstrip("\r")
    is_header = first[:3] == "101" and first[34:40] == "094101"
    is_batch = first[:1] == "5" and first[1:4] in codes.SERVICE_CLASSES
    return is_header or (is_batch and first[50:53] in codes.CLASSES)
