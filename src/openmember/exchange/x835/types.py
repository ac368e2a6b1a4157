"""What an 835 says, as plain values. Codes stay as the guide writes them: 22, CO, 45.

Source: ASC X12N 005010X221 and X221A1, Health Care Claim Payment/Advice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from openmember.exchange.x12.payments import PaymentsReport
from openmember.exchange.x12.types import Dated, Dollars, Name, Reference

DENIED = "4"
REVERSAL = "22"
PATIENT_RESPONSIBILITY = "PR"


@dataclass(frozen=True, slots=True)
class Header:
    """One payment and its advice: what stands before the first claim.

    Shape: `method` is BPR04 (ACH, BOP, CHK, FWT, NON), `trace` TRN02, `originator` TRN03.
    """

    control: str
    segment_number: int
    handling: str
    amount: Dollars
    credit_debit: str
    method: str
    paid_on: date | None
    traces: tuple[str, ...]
    originator: str
    produced_on: date | None
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
    """One reason of a CAS: group (CO, OA, PI, PR), claim adjustment reason code (CARC), amount."""

    segment_number: int
    group: str
    reason: str
    amount: Dollars
    quantity: str


@dataclass(frozen=True, slots=True)
class Service:
    """One SVC. `remarks` are remittance advice remark codes (RARC)."""

    segment_number: int
    position: int
    qualifier: str
    code: str
    modifiers: tuple[str, ...]
    charge: Dollars
    paid: Dollars
    revenue_code: str
    units: str
    dates: tuple[Dated, ...]
    adjustments: tuple[Adjustment, ...]
    references: tuple[Reference, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """One CLP with what follows it.

    Shape: `position` counts the transaction's claims from 1. `control` is CLP01, the provider's number
    for the claim, and `payer_control` CLP07, the payer's. `names` holds the patient (QC), the insured
    (IL), a corrected insured (74), the service provider (82), and the others an NM1 names.
    """

    header: Header
    segment_number: int
    position: int
    control: str
    status: str
    charge: Dollars
    paid: Dollars
    patient_responsibility: Dollars | None
    filing: str
    payer_control: str
    facility: str
    frequency: str
    adjustments: tuple[Adjustment, ...]
    names: tuple[Name, ...]
    references: tuple[Reference, ...]
    dates: tuple[Dated, ...]
    remarks: tuple[str, ...]
    services: tuple[Service, ...]

    @property
    def is_reversal(self) -> bool:
        return self.status == REVERSAL

    @property
    def all_adjustments(self) -> tuple[Adjustment, ...]:
        """The claim's own adjustments, then those of its services."""
        inner = (one for service in self.services for one in service.adjustments)
        return (*self.adjustments, *inner)

    @property
    def patient_cents(self) -> int:
        """What the adjustments leave to the patient; negative where a reversal takes it back."""
        owed = (a for a in self.all_adjustments if a.group == PATIENT_RESPONSIBILITY)
        return sum(one.amount.cents for one in owed)

    def name(self, role: str) -> Name | None:
        """Return the first so named."""
        return next((one for one in self.names if one.role == role), None)

    def day(self, qualifier: str) -> date | None:
        """Return the day of the first date so qualified."""
        return next((one.on for one in self.dates if one.qualifier == qualifier), None)


@dataclass(frozen=True, slots=True)
class ProviderAdjustment:
    """One amount of a PLB: positive takes off the payment, negative adds to it."""

    segment_number: int
    provider: str
    reason: str
    reference: str
    amount: Dollars


@dataclass(slots=True)
class Totals:
    """What was counted."""

    payments: int = 0
    claims: int = 0
    services: int = 0
    paid_cents: int = 0

    def count(self, claim: Claim) -> None:
        self.claims += 1
        self.services += len(claim.services)
        self.paid_cents += claim.paid.cents


# A file as a whole.
Report = PaymentsReport[Totals]
