"""Whether an 835 adds up. Pure arithmetic in cents.

Source: ASC X12N 005010X221A1, section 1.10.2.1, balancing: service line, claim, transaction.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from openmember.exchange.x12.sums import mismatch
from openmember.exchange.x12.types import Mismatch

from .types import Adjustment, Claim, Header, ProviderAdjustment


def claim_balances(claim: Claim) -> bool:
    """Return whether the charge less every adjustment is what was paid."""
    return claim.charge.cents - total_cents(claim.all_adjustments) == claim.paid.cents


def claim_mismatches(claim: Claim) -> Iterator[Mismatch]:
    """Yield each sum of a claim that does not come out."""
    for service in claim.services:
        expected = service.charge.cents - total_cents(service.adjustments)
        if expected != service.paid.cents:
            what = f"Service {service.position}: its charge less its adjustments"
            yield mismatch(service.segment_number, what, expected, "SVC03", service.paid.cents)
    expected = claim.charge.cents - total_cents(claim.all_adjustments)
    if expected != claim.paid.cents:
        what = "The claim's charge less all its adjustments"
        yield mismatch(claim.segment_number, what, expected, "CLP04", claim.paid.cents)
    if claim.services:
        services = sum(service.paid.cents for service in claim.services)
        expected = services - total_cents(claim.adjustments)
        if expected != claim.paid.cents:
            what = "What was paid for the services less the claim's own adjustments"
            yield mismatch(claim.segment_number, what, expected, "CLP04", claim.paid.cents)


def patient_mismatch(claim: Claim) -> Mismatch | None:
    """Return how CLP05 and the adjustments of group PR disagree. A reversal carries no CLP05."""
    if claim.is_reversal or claim.patient_responsibility is None:
        return None
    stated = claim.patient_responsibility.cents
    if stated == claim.patient_cents:
        return None
    what = "The adjustments of group PR"
    return mismatch(claim.segment_number, what, claim.patient_cents, "CLP05", stated)


def payment_cents(paid_cents: int, adjustments: Iterable[ProviderAdjustment]) -> int:
    """Return what the payment should be: what was paid for claims less the provider's adjustments."""
    return paid_cents - sum(one.amount.cents for one in adjustments)


def payment_mismatch(
    header: Header, paid_cents: int, adjustments: Iterable[ProviderAdjustment]
) -> Mismatch | None:
    """Return how the payment and what makes it up disagree."""
    expected = payment_cents(paid_cents, adjustments)
    if expected == header.amount.cents:
        return None
    what = "What was paid for the claims less the provider adjustments (PLB)"
    return mismatch(header.segment_number, what, expected, "BPR02", header.amount.cents)


def total_cents(adjustments: Iterable[Adjustment]) -> int:
    """Return the sum of adjustments."""
    return sum(one.amount.cents for one in adjustments)
