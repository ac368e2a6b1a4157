"""Walks the envelope of an X12 file: ISA, GS, ST, and the trailers that must agree with them.

Source: ASC X12.5 (interchange control), X12.6 (application control).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from operator import itemgetter

from .problems import ProblemLog
from .segments import SegmentReader, Source
from .types import Acknowledgment, Group, Interchange, Segment, Trailer, Transaction

_ISA_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1)
_VERSION = "00501"
_GUIDE = re.compile(r"\d{6}X\d{3}")  # Without an errata mark such as A1.


class Envelope:
    """Reads a file's envelope, hands out its transactions, and notes in `log` what disagrees.

    Shape: `transactions()` is walked once; `interchanges` and `byte_count` are whole afterwards.
    """

    def __init__(self, source: Source, log: ProblemLog) -> None:
        self.interchanges: list[Interchange] = []
        self._segments = SegmentReader(source, log)
        self._log = log
        self._group: Group | None = None
        self._transaction: Transaction | None = None
        self._control_numbers: dict[str, set[str]] = {"ISA": set()}
        self._is_lost = False
        self._handlers: dict[str, Callable[[Segment], Transaction | None]] = {
            "ISA": self._open_interchange,
            "TA1": self._acknowledge,
            "GS": self._open_group,
            "ST": self._open_transaction,
            "SE": self._close_transaction,
            "GE": self._close_group,
            "IEA": self._close_interchange,
        }

    @property
    def byte_count(self) -> int:
        return self._segments.byte_count

    def transactions(self) -> Iterator[tuple[Transaction, Iterator[Segment]]]:
        """Yield each transaction and its segments, ST and SE included, to be read at once."""
        for transaction, pairs in groupby(self._walk(), key=itemgetter(0)):
            yield transaction, (segment for _, segment in pairs)

    def _walk(self) -> Iterator[tuple[Transaction, Segment]]:
        segment = None
        for segment in self._segments:
            if handle := self._handlers.get(segment.id):
                transaction = handle(segment)
            elif transaction := self._transaction:
                transaction.segment_count += 1
            else:
                self._report_stray(segment, "an ST")
            if transaction:
                yield transaction, segment
        if segment:
            self._end_interchange(segment)

    def _open_interchange(self, segment: Segment) -> None:
        self._end_interchange(segment)
        at = segment.at
        interchange = Interchange(
            segment_number=segment.number,
            sender=at(6),
            receiver=at(8),
            date=at(9),
            time=at(10),
            version=at(12),
            control=at(13),
            ack_requested=at(14),
            usage=at(15),
            delimiters=self._segments.delimiters,
        )
        self.interchanges.append(interchange)
        self._control_numbers["GS"] = set()
        self._check_unused(segment, 13)
        _check_isa(segment, self._log)

    def _acknowledge(self, segment: Segment) -> None:
        if self._group:
            self._report_stray(segment, "an ISA, before any GS")
        acknowledgment = Acknowledgment(*(segment.at(position) for position in range(1, 6)))
        self.interchanges[-1].acknowledgments.append(acknowledgment)

    def _open_group(self, segment: Segment) -> None:
        self._end_group(segment)
        at = segment.at
        self._group = Group(
            segment_number=segment.number,
            interchange=self.interchanges[-1],
            functional_id=at(1),
            sender=at(2),
            receiver=at(3),
            control=at(6),
            version=at(8),
        )
        self.interchanges[-1].groups.append(self._group)
        self._control_numbers["ST"] = set()
        self._is_lost = False
        self._check_unused(segment, 6)

    def _open_transaction(self, segment: Segment) -> Transaction | None:
        self._end_transaction(segment)
        if not self._group:
            self._report_stray(segment, "a GS")
            return None
        self._group.transaction_count += 1
        set_id, control, guide = segment.at(1), segment.at(2), segment.at(3)
        self._transaction = Transaction(segment.number, self._group, set_id, control, guide)
        self._is_lost = False
        self._check_unused(segment, 2)
        stated, promised = _GUIDE.match(guide), _GUIDE.match(self._group.version)
        if stated and promised and stated[0] != promised[0]:
            self._log.wrong(segment, 3, "guide-mismatch", f"that of GS08, {self._group.version}")
        return self._transaction

    def _close_transaction(self, segment: Segment) -> Transaction | None:
        transaction, self._transaction = self._transaction, None
        if not transaction:
            self._report_stray(segment, "an ST")
            return None
        transaction.segment_count += 1
        counted = f"{transaction.segment_count} segments"
        transaction.trailer = self._trailer(segment, counted, transaction.control)
        return transaction

    def _close_group(self, segment: Segment) -> None:
        self._end_transaction(segment)
        group, self._group = self._group, None
        if not group:
            self._report_stray(segment, "a GS")
            return
        counted = f"{group.transaction_count} transactions"
        group.trailer = self._trailer(segment, counted, group.control)

    def _close_interchange(self, segment: Segment) -> None:
        self._end_group(segment)
        interchange = self.interchanges[-1]
        counted = f"{len(interchange.groups)} groups"
        interchange.trailer = self._trailer(segment, counted, interchange.control)

    def _trailer(self, segment: Segment, counted: str, control: str) -> Trailer:
        trailer = Trailer(segment.at(1), segment.at(2))
        if trailer.count.lstrip("0") != counted.partition(" ")[0].lstrip("0"):
            self._log.wrong(segment, 1, "count-mismatch", f"{counted}, as read")
        if trailer.control != control:
            self._log.wrong(segment, 2, "control-mismatch", f"{control!r}, as opened")
        return trailer

    def _end_transaction(self, here: Segment) -> None:
        if self._transaction:
            self._report_open(here, "ST", self._transaction.segment_number, "SE")
        self._transaction = None

    def _end_group(self, here: Segment) -> None:
        self._end_transaction(here)
        if self._group:
            self._report_open(here, "GS", self._group.segment_number, "GE")
        self._group = None

    def _end_interchange(self, here: Segment) -> None:
        self._end_group(here)
        if self.interchanges and not self.interchanges[-1].trailer:
            self._report_open(here, "ISA", self.interchanges[-1].segment_number, "IEA")

    def _report_open(self, here: Segment, opened: str, number: int, trailer: str) -> None:
        message = f"The {opened} at segment {number} is not closed; expected its {trailer} by here."
        self._log.error(here, "trailer-missing", message)

    def _report_stray(self, segment: Segment, expected: str) -> None:
        # Only the first of a run: all that follows a missing GS or ST is as homeless as it is.
        if not self._is_lost:
            message = f"{segment.id} stands outside its envelope; expected it after {expected}."
            self._log.error(segment, "outside-envelope", message)
        self._is_lost = True

    def _check_unused(self, segment: Segment, position: int) -> None:
        number, used = segment.at(position), self._control_numbers[segment.id]
        if not number or number in used:
            self._log.wrong(segment, position, "control-number", "an unused number")
        used.add(number)


def _check_isa(segment: Segment, log: ProblemLog) -> None:
    for position, width in enumerate(_ISA_WIDTHS, 1):
        if len("".join(segment.elements[position : position + 1])) != width:
            log.wrong(segment, position, "isa-width", f"a width of {width}")
    if segment.at(12) != _VERSION:
        log.wrong(segment, 12, "isa-version", f"version {_VERSION}")
    if segment.at(15) == "T":
        log.warn(segment, 15, "test-file", "ISA15 marks the interchange as a test.")
    elif segment.at(15) != "P":
        log.wrong(segment, 15, "isa-usage", "P (production) or T (test)")
