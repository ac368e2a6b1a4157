"""Reads one 834 transaction member by member."""

from __future__ import annotations

from collections.abc import Iterator

from openmember.exchange.x12.problems import ProblemLog
from openmember.exchange.x12.types import Segment, Transaction
from openmember.exchange.x12.values import Values

from .headers import read_header
from .members import read_member
from .types import Header, MemberInstruction, Totals

MAX_PIECE_SEGMENTS = 2_000  # Far above any member's need; keeps a broken file out of memory.
_GUIDES = ("005010X220", "005010X220A1")


class TransactionReader:
    """Iterates over a transaction's members; its totals are whole afterwards.

    Shape: `header` is None when the transaction is no 834, which then has no members.
    """

    def __init__(
        self, transaction: Transaction, segments: Iterator[Segment], log: ProblemLog
    ) -> None:
        self.header: Header | None = None
        self.totals = Totals()
        self._transaction = transaction
        self._start = next(segments)
        self._values = Values(log, transaction.group.interchange.delimiters)
        self._log = log
        if self._is_enrollment(transaction):
            self._pieces = _split_before_members(segments, log)
            self.header = read_header(next(self._pieces), transaction, self._values)

    def __iter__(self) -> Iterator[MemberInstruction]:
        if not self.header:
            return
        for position, piece in enumerate(self._pieces, 1):
            if member := read_member(piece, self.header, position, self._values):
                self.totals.count(member)
                yield member
        if self._transaction.trailer:  # Without one, what is missing has been said.
            self._check_totals(self.header)

    def _is_enrollment(self, transaction: Transaction) -> bool:
        if transaction.set_id != "834":
            self._log.wrong(self._start, 1, "not-834", "834")
            return False
        if transaction.group.functional_id != "BE":
            message = "The transaction stands in a group of another kind; expected BE in GS01."
            self._log.error(self._start, "group-kind", message)
        guide = transaction.guide or transaction.group.version
        if guide not in _GUIDES:
            self._log.wrong(self._start, 3, "unknown-guide", " or ".join(_GUIDES))
        return True

    def _check_totals(self, header: Header) -> None:
        totals = self.totals
        if not totals.members:
            message = "The transaction holds no member; expected an INS."
            self._log.error(self._start, "no-members", message)
        counted = {"TO": totals.members, "ET": totals.subscribers, "DT": totals.dependents}
        for stated in header.quantities:
            count = counted.get(stated.qualifier)
            if stated.count != count:
                row = ["QTY", stated.qualifier, str(stated.count)]
                segment = Segment(stated.segment_number, "QTY", row)
                self._log.wrong(segment, 2, "total-mismatch", f"{count}, as read")


def _split_before_members(segments: Iterator[Segment], log: ProblemLog) -> Iterator[list[Segment]]:
    """Yield the segments before the first INS, then each INS with those up to the next."""
    piece: list[Segment] = []
    size = 0
    for segment in segments:
        if segment.id == "SE":
            continue
        if segment.id == "INS":
            yield piece
            piece, size = [], 0
        size += 1
        if size <= MAX_PIECE_SEGMENTS:
            piece.append(segment)
        elif size == MAX_PIECE_SEGMENTS + 1:
            message = f"More than {MAX_PIECE_SEGMENTS} segments belong together; expected an INS."
            log.error(segment, "member-too-long", message)
    yield piece
