"""Says what an 835 holds as plain dictionaries, for reports and comparison."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any

from openmember.exchange.x12.problems import ProblemLog
from openmember.exchange.x12.segments import Source
from openmember.exchange.x12.summaries import file_as_dict
from openmember.exchange.x12.sums import sum_as_written
from openmember.exchange.x12.types import Segment, Transaction

from .balancing import claim_balances, payment_cents
from .transactions import TransactionReader
from .types import Claim


def report_as_dict(source: Source, *, detail: bool = True) -> dict[str, Any]:
    """Read an 835 to its end and return it as a dictionary. Without `detail` no claim is listed."""
    return file_as_dict(source, partial(_business, detail=detail))


def _business(
    transaction: Transaction, segments: Iterator[Segment], log: ProblemLog, *, detail: bool
) -> dict[str, Any]:
    reader = TransactionReader(transaction, segments, log)
    listed: list[dict[str, Any]] = []
    paid = Decimal(0)
    for claim in reader:
        paid += Decimal(claim.paid.text or 0)
        if detail:
            listed.append(_claim(claim))
    header, adjustments = reader.header, reader.provider_adjustments
    expected = payment_cents(reader.totals.paid_cents, adjustments)
    return {
        "bpr_amount": header.amount.text if header else "",
        "bpr_method": header.method if header else "",
        "trace": list(header.traces) if header else [],
        "claims": reader.totals.claims,
        "claim_paid_sum": str(paid),
        "plb_adjustments": len(adjustments),
        "plb_sum": sum_as_written(one.amount for one in adjustments),
        "bpr_equals_claims_minus_plb": bool(header and header.amount.cents == expected),
        **({"claim_detail": listed} if detail else {}),
    }


def _claim(claim: Claim) -> dict[str, Any]:
    stated, services = claim.patient_responsibility, claim.services
    return {
        "id": claim.control,
        "status": claim.status,
        "charge": claim.charge.text,
        "paid": claim.paid.text,
        "patient_resp": stated.text if stated else "",
        "services": len(services),
        "adjustments_sum": sum_as_written(one.amount for one in claim.all_adjustments),
        "carc": [f"{one.group}-{one.reason}" for one in claim.all_adjustments],
        "balances_charge_minus_adj_eq_paid": claim_balances(claim),
        "service_paid_sum": sum_as_written(one.paid for one in services) if services else None,
    }
