"""What an 820 says, as plain values. Codes stay as the guide writes them: ACH, IG, APTC.

Source: ASC X12N 005010X218, Payroll Deducted and Other Group Premium Payment for Insurance Products,
and 005010X306, Health Insurance Exchange Related Payments.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from openmember.exchange.x12.payments import PaymentsReport
from openmember.exchange.x12.types import Dated, Dollars, Name, Reference

SOCIAL_SECURITY_NUMBER = "34"


@dataclass(frozen=True, slots=True)
class Header:
    """One payment: what stands before its first entity.

    Shape: `handling` is BPR01, `method` BPR04, `trace` TRN02, `originator` TRN03. The `payer` is the
    N1 with PR (X218) or RM (X306).
    """

    control: str
    guide: str
    segment_number: int
    handling: str
    amount: Dollars
    credit_debit: str
    method: str
    paid_on: date | None
    paid_on_text: str
    traces: tuple[str, ...]
    originator: str
    payer: Name | None
    payee: Name | None
    references: tuple[Reference, ...]

    @property
    def trace(self) -> str:
        return self.traces[0] if self.traces else ""

    @property
    def payer_key(self) -> str:
        """Who pays, as far as the file identifies them: TRN03, else the payer's number, else the name."""
        payer = self.payer
        if self.originator or not payer:
            return self.originator
        return f"{payer.id_qualifier}:{payer.id_value}" if payer.id_value else payer.last


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An ADX: an amount and its reason."""

    segment_number: int
    amount: Dollars
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One RMR: what is paid (RMR04) for what (RMR01 and RMR02), of how much billed (RMR05), and why less."""

    segment_number: int
    qualifier: str
    identifier: str
    amount: Dollars
    billed: Dollars | None
    adjustments: tuple[Adjustment, ...]
    references: tuple[Reference, ...]
    period: Dated | None


@dataclass(frozen=True, slots=True)
class Entity:
    """One ENT: a member, an employee, or a group, with the lines paid for them.

    Shape: `adjustments` are those of earlier payments, which change this one (loop 2200). An
    `id_qualifier` of 34 marks `id_value` as a Social Security number: do not store it.
    """

    header: Header
    segment_number: int
    position: int
    kind: str
    id_qualifier: str
    id_value: str
    name: Name | None
    references: tuple[Reference, ...]
    adjustments: tuple[Adjustment, ...]
    lines: tuple[Line, ...]

    def reference(self, qualifier: str) -> str:
        """Return the first REF so qualified, or nothing."""
        return next((one.value for one in self.references if one.qualifier == qualifier), "")


@dataclass(slots=True)
class Totals:
    """What was counted."""

    payments: int = 0
    entities: int = 0
    lines: int = 0
    line_cents: int = 0
    adjustment_cents: int = 0

    def count(self, entity: Entity) -> None:
        self.entities += 1
        self.lines += len(entity.lines)
        self.line_cents += sum(line.amount.cents for line in entity.lines)
        self.adjustment_cents += sum(one.amount.cents for one in entity.adjustments)


# A file as a whole.
Report = PaymentsReport[Totals]
