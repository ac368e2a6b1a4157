"""Reading disputes, and what gateways left for a person."""

from pathlib import Path
from typing import Any

from openmember.kernel.sql import fetch_all, sql_text
from openmember.payments.disputes.types import Dispute, DisputeState, GatewayException, Trouble
from openmember.payments.types import Payment

SQL = Path(__file__).parent / "sql"


class UnknownException(Exception):
    """There is no such exception."""


def list_disputes(*, payment: Payment) -> tuple[Dispute, ...]:
    """Return the disputes of a payment, the first one first."""
    rows = fetch_all(
        "SELECT * FROM payments_dispute WHERE account_number = %(number)s AND payment_id = %(id)s ORDER BY id",
        {"number": payment.account_number, "id": payment.id},
    )
    return tuple(
        Dispute(
            row.id, row.payment_id, row.reference, row.amount_cents, row.currency, row.reason,
            DisputeState(row.state), row.taken_cents, row.beyond_cents, row.opened_on, row.closed_on,
        )
        for row in rows
    )  # fmt: skip


def list_open_exceptions(*, limit: int = 200) -> tuple[GatewayException, ...]:
    """Return what gateways left for a person and nobody dealt with, the oldest first."""
    query = sql_text(SQL / "exceptions.sql") + (
        " WHERE x.state = 'open' ORDER BY x.opened_at, x.id LIMIT %(limit)s"
    )
    return tuple(_exception(row) for row in fetch_all(query, {"limit": limit}))


def get_exception(*, exception_id: int) -> GatewayException:
    """Return one of them, dealt with or not. Errors: UnknownException."""
    query = sql_text(SQL / "exceptions.sql") + " WHERE x.id = %(id)s"
    rows = fetch_all(query, {"id": exception_id})
    if not rows:
        raise UnknownException
    return _exception(rows[0])


def _exception(row: Any) -> GatewayException:
    return GatewayException(
        row.id, row.account_number, row.payment_id, row.gateway, Trouble(row.kind), row.our_cents,
        row.their_cents, row.their_currency, row.opened_at, row.state, row.note, row.closed_by,
        row.closed_at, row.dispute, row.dispute_state, row.beyond_cents,
        row.was_refunded,
    )  # fmt: skip
