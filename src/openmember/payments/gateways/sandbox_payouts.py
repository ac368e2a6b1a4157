"""What the sandbox gateway pays out: once asked for a day, all it took or gave back and never paid out."""

from datetime import date
from hashlib import sha256

from openmember.kernel.references import BadReference, identity
from openmember.kernel.sql import fetch_all
from openmember.payments.reconciliation.types import Payout, PayoutLine
from openmember.rulebook.calendar import banking_days_after

ARRIVES_AFTER_DAYS = 2
FEE_BPS, FEE_CENTS = 290, 30


def list_sandbox_payouts(*, on: date) -> tuple[Payout, ...]:
    """Return the payout of a day, or none when there is nothing to pay out. Stored once, it is not repeated."""
    rows = fetch_all(
        "SELECT c.key, c.amount_cents FROM payments_sandbox_charge c"
        " WHERE c.outcome = 'approved' AND c.answers_at <= now() AND NOT EXISTS ("
        "   SELECT 1 FROM payments_payout_line l WHERE l.gateway = 'sandbox' AND l.id = c.key) ORDER BY c.key"
    )
    lines = tuple(_line(row.key, row.amount_cents, on) for row in rows)
    if not lines:
        return ()
    mark = sha256("|".join(line.id for line in lines).encode()).hexdigest()[:6]
    return (
        Payout(
            gateway="sandbox",
            id=f"sandbox-{on:%Y%m%d}-{mark}",
            arrives_on=banking_days_after(on, ARRIVES_AFTER_DAYS),
            amount_cents=sum(line.amount_cents - line.fee_cents for line in lines),
            lines=lines,
        ),
    )


def _line(key: str, cents: int, on: date) -> PayoutLine:
    try:
        payment = identity("P", key)
    except BadReference:
        # Refunds cost nothing, and give no fee back.
        return PayoutLine(key, on, "refund", -cents, 0, key, refund_id=identity("R", key))
    fee = (cents * FEE_BPS + 5_000) // 10_000 + FEE_CENTS
    return PayoutLine(key, on, "charge", cents, min(fee, cents), key, payment_id=payment)
