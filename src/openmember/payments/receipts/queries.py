"""Reading the queue of unidentified receipts, what became of them, and whether the books bear it out."""

from datetime import date
from pathlib import Path
from typing import Any

from openmember.kernel.sql import fetch_all, sql_text
from openmember.ledger.types import Difference
from openmember.payments.receipts.types import Act, QueuePage, Receipt

SQL = Path(__file__).parent / "sql"
_ACTS = (
    "SELECT id, receipt_id, kind, amount_cents, account_number, reason, state, paid_reference,"
    " made_by, made_at, decided_by, payment_id FROM payments_receipt_act"
)


class UnknownReceipt(Exception):
    """There is no such receipt."""


class UnknownAct(Exception):
    """There is no such act."""


def list_queue(*, today: date, limit: int = 50, offset: int = 0) -> QueuePage:
    """Return what waits, the oldest first."""
    query = sql_text(SQL / "receipts.sql") + (
        " WHERE r.state = 'waiting' ORDER BY r.day, r.id LIMIT %(limit)s OFFSET %(offset)s"
    )
    rows = fetch_all(query, {"today": today, "limit": limit, "offset": offset})
    total, cents = (rows[0].total, rows[0].total_cents) if rows else (0, 0)
    return QueuePage(tuple(_receipt(row) for row in rows), total, cents)


def get_receipt(*, receipt_id: int, today: date) -> Receipt:
    """Return one receipt. Errors: UnknownReceipt."""
    query = sql_text(SQL / "receipts.sql") + " WHERE r.id = %(id)s"
    rows = fetch_all(query, {"today": today, "id": receipt_id})
    if not rows:
        raise UnknownReceipt
    return _receipt(rows[0])


def list_acts(*, receipt: Receipt) -> tuple[Act, ...]:
    """Return what people did with a receipt or proposed, the oldest first."""
    rows = fetch_all(f"{_ACTS} WHERE receipt_id = %(id)s ORDER BY id", {"id": receipt.id})
    return tuple(Act(*row) for row in rows)


def get_act(*, act_id: int) -> Act:
    """Return one act. Errors: UnknownAct."""
    rows = fetch_all(f"{_ACTS} WHERE id = %(id)s", {"id": act_id})
    if not rows:
        raise UnknownAct
    return Act(*rows[0])


def list_unfinished_acts() -> tuple[Act, ...]:
    """Return what waits for a second person, and what was returned and has not left yet, the oldest first."""
    rows = fetch_all(
        f"{_ACTS} WHERE state = 'proposed' OR (kind = 'return' AND state = 'made') ORDER BY id LIMIT 200"
    )
    return tuple(Act(*row) for row in rows)


def list_differences() -> tuple[Difference, ...]:
    """Return every receipt that the books do not bear out."""
    return tuple(
        Difference(row.check_name, row.account_number or "", row.explanation)
        for row in fetch_all(sql_text(SQL / "differences.sql"))
    )


def _receipt(row: Any) -> Receipt:
    return Receipt(
        row.id, row.source, row.day, row.amount_cents, row.open_cents, row.proposed_cents, row.payer, row.text,
        row.reference, row.state, row.reason, row.age_days,
    )  # fmt: skip
