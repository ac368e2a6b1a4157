"""Reads one 835 transaction claim by claim."""

from __future__ import annotations

from collections.abc import Iterator

from openmember.exchange.x12.pieces import check_place, split
from openmember.exchange.x12.problems import ProblemLog
from openmember.exchange.x12.types import Mismatch, Segment, Transaction
from openmember.exchange.x12.values import Values

from .balancing import claim_mismatches, payment_mismatch
from .claims import HOLDS, read_claim
from .headers import read_header
from .types import Claim, Header, ProviderAdjustment, Totals

_GUIDES = ("005010X221", "005010X221A1")
_OPENERS = {"LX", "CLP", "PLB"}
# A PLB holds six adjustments of two elements each, after the provider and the fiscal year.
_AMOUNTS = range(3, 15, 2)


class TransactionReader:
    """Iterates over a transaction's claims; the rest is whole afterwards.

    Shape: `header` is None when the transaction is no 835, which then has no claims. `mismatches` are
    the sums that do not come out in a file that is otherwise sound.
    """

    def __init__(
        self, transaction: Transaction, segments: Iterator[Segment], log: ProblemLog
    ) -> None:
        self.header: Header | None = None
        self.totals = Totals()
        self.provider_adjustments: list[ProviderAdjustment] = []
        self.mismatches: list[Mismatch] = []
        self._start = next(segments)
        self._values = Values(log, transaction.group.interchange.delimiters)
        self._log = log
        if self._is_remittance(transaction):
            self._pieces = split(segments, _OPENERS, log)
            self.header = read_header(next(self._pieces), transaction, self._values)

    def __iter__(self) -> Iterator[Claim]:
        if not self.header:
            return
        for piece in self._pieces:
            opener = piece[0]
            if opener.id == "CLP":
                position = self.totals.claims + 1
                claim = read_claim(piece, self.header, position, self._values)
                self.totals.count(claim)
                self.mismatches += claim_mismatches(claim)
                yield claim
            else:
                self._read_other(opener, piece)
        wrong = payment_mismatch(self.header, self.totals.paid_cents, self.provider_adjustments)
        if wrong:
            self.mismatches.append(wrong)

    def _is_remittance(self, transaction: Transaction) -> bool:
        if transaction.set_id != "835":
            self._log.wrong(self._start, 1, "not-835", "835")
            return False
        if transaction.group.functional_id != "HP":
            message = "The transaction stands in a group of another kind; expected HP in GS01."
            self._log.error(self._start, "group-kind", message)
        guide = transaction.guide or transaction.group.version
        if guide not in _GUIDES:
            self._log.wrong(self._start, 3, "unknown-guide", " or ".join(_GUIDES))
        return True

    def _read_other(self, opener: Segment, piece: list[Segment]) -> None:
        place = "loop 2000" if opener.id == "LX" else "the end"
        for segment in piece[1:]:
            check_place(segment, place, HOLDS, self._log)
        if opener.id == "PLB":
            self._read_provider_adjustments(opener)

    def _read_provider_adjustments(self, plb: Segment) -> None:
        provider = self._values.required(plb, 1, "a provider")
        self._values.required(plb, 3, "an adjustment reason")
        for at in _AMOUNTS:
            if plb.at(at) or plb.at(at + 1):
                reason, reference, *_ = (*self._values.components(plb, at), "")
                amount = self._values.dollars(plb, at + 1)
                found = ProviderAdjustment(plb.number, provider, reason, reference, amount)
                self.provider_adjustments.append(found)
