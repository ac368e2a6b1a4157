"""Composes 835 files from plain values, for tests and the demonstration."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from openmember.exchange.testing import Row, Sending, compose_x12
from openmember.exchange.x12.sums import as_dollars

GUIDE = "005010X221A1"
_SENDING = Sending()


@dataclass(frozen=True, slots=True)
class Served:
    """One SVC: its charge, and what is adjusted as (group, reason, cents). The rest was paid."""

    charge_cents: int
    adjustments: tuple[tuple[str, str, int], ...] = ()
    code: str = "HC:99213"
    on: date = date(2026, 10, 8)


@dataclass(frozen=True, slots=True)
class Decided:
    number: str
    services: tuple[Served, ...] = ()
    control: str = "PCN-1"
    payer_control: str = "ICN-1"
    status: str = "1"
    last_name: str = "River"
    first_name: str = "Ana"
    number_qualifier: str = "MI"
    adjustments: tuple[tuple[str, str, int], ...] = ()
    charge_cents: int | None = None
    paid_cents: int | None = None
    patient_cents: int | None = None
    facility: str = "11"
    rows: tuple[Row, ...] = ()

    @property
    def sign(self) -> int:
        return -1 if self.status == "22" else 1

    @property
    def charged(self) -> int:
        if self.charge_cents is not None:
            return self.charge_cents
        return sum(service.charge_cents for service in self.services)

    @property
    def paid(self) -> int:
        if self.paid_cents is not None:
            return self.paid_cents
        return self.charged - sum(cents for _, _, cents in self.all_adjustments)

    @property
    def all_adjustments(self) -> tuple[tuple[str, str, int], ...]:
        return (
            *self.adjustments,
            *(one for service in self.services for one in service.adjustments),
        )

    @property
    def left_to_patient(self) -> int:
        return sum(cents for group, _, cents in self.all_adjustments if group == "PR")


def compose_835(
    claims: Sequence[Decided],
    *,
    amount_cents: int | None = None,
    trace: str = "TRACE-1",
    provider_adjustments: Sequence[tuple[str, int]] = (),
    sending: Sending = _SENDING,
) -> bytes:
    """Compose an 835 with one payment; it adds up unless an amount is said."""
    rows = rows_835(
        claims, amount_cents=amount_cents, trace=trace, provider_adjustments=provider_adjustments
    )
    return b"".join(
        compose_x12([rows], set_id="835", functional_id="HP", guide=GUIDE, sending=sending)
    )


def rows_835(
    claims: Sequence[Decided],
    *,
    amount_cents: int | None = None,
    trace: str = "TRACE-1",
    provider_adjustments: Sequence[tuple[str, int]] = (),
) -> Iterator[Row]:
    """Yield the segments of one payment, without ST and SE."""
    if amount_cents is None:
        amount_cents = sum(claim.sign * claim.paid for claim in claims)
        amount_cents -= sum(cents for _, cents in provider_adjustments)
        if amount_cents < 0:  # What a payer gets back is carried over to its next payment.
            provider_adjustments = (*provider_adjustments, ("FB:CARRIED", amount_cents))
            amount_cents = 0
    yield ("BPR", "I", as_dollars(amount_cents), "C", "ACH", *[""] * 11, "20261120")
    yield ("TRN", "1", trace, "1990000001")
    yield ("DTM", "405", "20261119")
    yield ("N1", "PR", "SAMPLE PAYER")
    yield ("N1", "PE", "SAMPLE CLINIC", "XX", "1234567893")
    if claims:
        yield ("LX", "1")
    for claim in claims:
        yield from _rows_of(claim)
    for reason, cents in provider_adjustments:
        yield ("PLB", "1234567893", "20261231", reason, as_dollars(cents))


def _rows_of(claim: Decided) -> Iterator[Row]:
    sign = claim.sign
    stated = claim.left_to_patient if claim.patient_cents is None else claim.patient_cents
    patient = "" if sign < 0 or not stated else as_dollars(stated)
    head = (as_dollars(sign * claim.charged), as_dollars(sign * claim.paid), patient)
    yield ("CLP", claim.control, claim.status, *head, "12", claim.payer_control, claim.facility)
    yield from _adjustments(claim.adjustments, sign)
    name = ("NM1", "QC", "1", claim.last_name, claim.first_name, "", "", "")
    yield (*name, claim.number_qualifier, claim.number)
    yield from claim.rows
    for service in claim.services:
        paid = service.charge_cents - sum(cents for _, _, cents in service.adjustments)
        yield (
            "SVC",
            service.code,
            as_dollars(sign * service.charge_cents),
            as_dollars(sign * paid),
        )
        yield ("DTM", "472", service.on.isoformat().replace("-", ""))
        yield from _adjustments(service.adjustments, sign)


def _adjustments(adjustments: Sequence[tuple[str, str, int]], sign: int) -> Iterator[Row]:
    for group, reason, cents in adjustments:
        yield ("CAS", group, reason, as_dollars(sign * cents))
