"""Cuts a file into lines, and counts what the report says of its bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from .problems import ProblemLog
from .types import Shape

Source = BinaryIO | Iterable[bytes]
RECORD_LENGTH = 94
LONGEST_LINE = 10_000  # Of a file that is none of ours; the rest of such a line is not kept.
PADDING = "9" * RECORD_LENGTH
RECORD_NAMES = {
    "1": "file header", "5": "batch header", "6": "entry", "7": "addenda", "8": "batch control",
    "9": "file control",
}  # fmt: skip
# Their last columns are blank, and programs that trim lines cut them off. Of every other record what
# is missing at the end would be part of a number.
TRIMMED = frozenset("19")


class Lines:
    """The lines of a file with their numbers, each 94 characters; what cannot be one is left out."""

    def __init__(self, source: Source, log: ProblemLog) -> None:
        self._source = source
        self._log = log
        self._bytes = 0
        self._encoding = "utf-8"
        self._eol = "LF"
        self._lengths: Counter[int] = Counter()
        self._records: Counter[str] = Counter()
        self._padding = 0
        self.count = 0
        self.number = 0

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Yield (line number, record) for all records but the padding of nines."""
        blank_at = 0
        for raw in _pieces(self._source):
            self.number += 1
            self._bytes += len(raw)
            text = self._text(raw)
            if not text.strip():
                blank_at = blank_at or self.number
                continue
            if blank_at:
                self._log.error(blank_at, "blank_line", "The line is blank.")
                blank_at = 0
            record = self._record(text)
            if record:
                yield self.number, record

    @property
    def shape(self) -> Shape:
        return Shape(
            byte_count=self._bytes,
            encoding=self._encoding,
            eol=self._eol,
            lines=self.count,
            line_lengths=dict(self._lengths),
            records=dict(self._records),
            padding_lines=self._padding,
        )

    def _text(self, raw: bytes) -> str:
        if raw.endswith(b"\r\n"):
            self._eol = "CRLF"
        try:
            return raw.decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            self._encoding = "latin-1"
            return raw.decode("latin-1").rstrip("\r\n")

    def _record(self, text: str) -> str:
        self.count += 1
        self._lengths[len(text)] += 1
        if text == PADDING:
            self._padding += 1
            return ""
        self._records[text[0]] += 1
        if len(text) < RECORD_LENGTH and text[0] in TRIMMED:
            text = text.ljust(RECORD_LENGTH)
        if len(text) != RECORD_LENGTH:
            self._log.error(
                self.number,
                "line_length",
                f"The line has {len(text)} characters; a record has {RECORD_LENGTH}.",
            )
            return ""
        if not text.isprintable():
            self._log.error(self.number, "characters", "The line holds control characters.")
            return ""
        return text


def _pieces(source: Source) -> Iterator[bytes]:
    """Yield lines with their ends, whatever blocks the source gives."""
    rest = b""
    for block in source:
        if b"\n" not in block:
            rest = (rest + block)[:LONGEST_LINE]
            continue
        first, *middle, rest = (rest + block).split(b"\n")
        yield first[:LONGEST_LINE] + b"\n"
        for line in middle:
            yield line[:LONGEST_LINE] + b"\n"
    if rest:
        yield rest
