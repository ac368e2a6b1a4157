"""Reads one 820 transaction entity by entity."""

from __future__ import annotations

from collections.abc import Iterator

from openmember.exchange.x12.pieces import split
from openmember.exchange.x12.problems import ProblemLog
from openmember.exchange.x12.types import Mismatch, Segment, Transaction
from openmember.exchange.x12.values import Values

from .balancing import entity_mismatches, payment_mismatch
from .entities import read_entity
from .headers import read_header
from .types import Entity, Header, Totals

_GUIDES = ("005010X218", "005010X306")


class TransactionReader:
    """Iterates over a transaction's entities; the rest is whole afterwards.

    Shape: `header` is None when the transaction is no 820, which then has no entities. `mismatches` are
    the sums that do not come out in a file that is otherwise sound.
    """

    def __init__(
        self, transaction: Transaction, segments: Iterator[Segment], log: ProblemLog
    ) -> None:
        self.header: Header | None = None
        self.totals = Totals()
        self.mismatches: list[Mismatch] = []
        self._start = next(segments)
        self._values = Values(log, transaction.group.interchange.delimiters)
        self._log = log
        if self._is_payment(transaction):
            self._pieces = split(segments, {"ENT"}, log)
            self.header = read_header(next(self._pieces), transaction, self._values)

    def __iter__(self) -> Iterator[Entity]:
        if not self.header:
            return
        for position, piece in enumerate(self._pieces, 1):
            entity = read_entity(piece, self.header, position, self._values)
            self.totals.count(entity)
            self.mismatches += entity_mismatches(entity)
            yield entity
        if not self.totals.entities:
            message = "The payment is for nobody; expected an ENT."
            self._log.error(self._start, "no-entities", message)
        if wrong := payment_mismatch(self.header, self.totals):
            self.mismatches.append(wrong)

    def _is_payment(self, transaction: Transaction) -> bool:
        if transaction.set_id != "820":
            self._log.wrong(self._start, 1, "not-820", "820")
            return False
        if transaction.group.functional_id != "RA":
            message = "The transaction stands in a group of another kind; expected RA in GS01."
            self._log.error(self._start, "group-kind", message)
        guide = transaction.guide or transaction.group.version
        if not guide.startswith(_GUIDES):
            self._log.wrong(self._start, 3, "unknown-guide", " or ".join(_GUIDES))
        return True
