"""Cuts bytes into X12 segments, holding one chunk at a time. Source: ASC X12.5 and X12.6."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator
from functools import partial
from typing import BinaryIO

from .problems import ProblemLog
from .types import Delimiters, Segment

CHUNK_BYTES = 1 << 16
MAX_CHARACTERS = 1 << 14  # The longest segment a guide allows is far below this.

# An ISA is 106 characters. A sender that pads its fields wrongly writes a longer or shorter one,
# which is read all the same, so that the report can say which field is wrong.
_ISA_SEARCH_CHARACTERS = 200
_WHITESPACE = " \t\r\n"

Source = BinaryIO | Iterable[bytes]


class SegmentReader:
    """Iterates over the segments of a file and notes in `log` what cannot be read.

    The first segment is always an ISA, and so is the one after an IEA. Reading stops at damage
    that leaves no way to tell where the next segment begins; the source is then still drained,
    so that `byte_count` is the size of the file.
    """

    def __init__(self, source: Source, log: ProblemLog) -> None:
        self.byte_count = 0
        self.delimiters = Delimiters()
        self._log = log
        self._number = 0
        self._buffer = ""
        self._texts = self._decode(source)

    def __iter__(self) -> Iterator[Segment]:
        while header := self._read_header():
            yield header
            yield from self._read_to_iea()
        self._skip_rest()

    def _decode(self, source: Source) -> Iterator[str]:
        # Bytes that are no UTF-8 become lone surrogates, which `_segment` then finds and reports.
        decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        for chunk in _chunks(source):
            self.byte_count += len(chunk)
            yield decoder.decode(chunk)
        yield decoder.decode(b"", final=True)

    def _read_more(self) -> bool:
        text = next(self._texts, None)
        self._buffer += text or ""
        return text is not None

    def _skip_rest(self) -> None:
        for _ in self._texts:
            self._buffer = ""
        self._buffer = ""

    def _read_header(self) -> Segment | None:
        """Read an ISA and learn its delimiters. None at the end, or where no ISA can be read."""
        self._buffer = self._buffer.lstrip(_WHITESPACE)
        while len(self._buffer) < _ISA_SEARCH_CHARACTERS and self._read_more():
            self._buffer = self._buffer.lstrip(_WHITESPACE)
        start = self._buffer[:_ISA_SEARCH_CHARACTERS]
        if not start.startswith("ISA"):
            self._report_no_header(start)
            return None
        *fields, tail = start.split(start[3:4] or " ", 16)
        self._number += 1
        header = Segment(self._number, "ISA", [*fields, tail[:1]])
        if len(fields) < 16 or len(tail) < 2:
            message = "The ISA ends too early; expected 16 fields and a segment terminator."
            self._log.error(header, "isa-incomplete", message)
            return None
        repetition = None if fields[11].isalnum() else fields[11][:1] or None
        self.delimiters = Delimiters(start[3], tail[0], tail[1], repetition)
        if not self._delimiters_are_usable(header):
            return None
        self._check_characters(header)
        self._buffer = self._buffer[len(start) - len(tail) + 2 :]
        return header

    def _report_no_header(self, start: str) -> None:
        here = Segment(self._number, "", [])
        if self._number and start:
            message = "Something follows the IEA; expected a new ISA or the end of the file."
            self._log.error(here, "trailing-data", message)
        elif not self._number:
            message = f"The file {'starts otherwise' if start else 'is empty'}; expected an ISA."
            self._log.error(here, "not-x12", message)

    def _delimiters_are_usable(self, header: Segment) -> bool:
        cut = self.delimiters
        inner = cut.element + cut.component + (cut.repetition or "")
        are_distinct = len({*inner, cut.segment}) == len(inner) + 1
        if are_distinct and not any(
            character.isalnum() or character in _WHITESPACE
            for character in inner + cut.segment.strip("\r\n")
        ):
            return True
        message = "The ISA declares unusable delimiters; expected four distinct special characters."
        self._log.error(header, "delimiters", message)
        return False

    def _read_to_iea(self) -> Iterator[Segment]:
        terminator = self.delimiters.segment
        while True:
            start = 0
            while 0 <= (end := self._buffer.find(terminator, start)) <= start + MAX_CHARACTERS:
                segment = self._segment(self._buffer[start:end])
                start = end + 1
                if segment:
                    yield segment
                    if segment.id == "IEA":
                        self._buffer = self._buffer[start:]
                        return
            self._buffer = self._buffer[start:]
            if len(self._buffer) > MAX_CHARACTERS or not self._read_more():
                self._report_unfinished()
                self._skip_rest()
                return

    def _report_unfinished(self) -> None:
        here = Segment(self._number + 1, "", [])
        if len(self._buffer) > MAX_CHARACTERS:
            message = f"A segment has no end; expected at most {MAX_CHARACTERS} characters."
            self._log.error(here, "segment-too-long", message)
        elif self._buffer.strip(_WHITESPACE):
            message = "The file ends inside a segment; expected a terminator."
            self._log.error(here, "truncated", message)

    def _segment(self, text: str) -> Segment | None:
        text = text.lstrip("\r\n")
        if not text and self.delimiters.segment in "\r\n":
            return None
        self._number += 1
        elements = text.split(self.delimiters.element)
        # An identifier has two or three characters; more would be data, which ids must not carry.
        first = elements[0]
        segment_id = first if len(first) <= 3 else first[:3] + "…"
        segment = Segment(self._number, segment_id, elements)
        # Most text is printable. What is not may still be a delimiter or a no-break space.
        if not text or not text.isprintable():
            self._check_characters(segment)
        return segment

    def _check_characters(self, segment: Segment) -> None:
        inner = self.delimiters.component + (self.delimiters.repetition or "")
        text = "".join(segment.elements).translate(dict.fromkeys(map(ord, inner)))
        if not text:
            message = "The segment is empty; expected an identifier and elements."
            self._log.error(segment, "empty-segment", message)
        elif any("\udc80" <= character <= "\udcff" for character in text):
            message = "The segment holds bytes that are no text; expected UTF-8."
            self._log.error(segment, "undecodable", message)
        elif any(character < " " or "\x7f" <= character < "\xa0" for character in text):
            message = "The segment holds a line break or the like; expected printable text."
            self._log.error(segment, "control-character", message)


def _chunks(source: Source) -> Iterator[bytes]:
    read = getattr(source, "read", None)
    return iter(partial(read, CHUNK_BYTES), b"") if read else iter(source)
