"""Reading the queue of unidentified receipts, what became of them, and whether the books bear it out."""

from datetime import date
from pathlib import Path
from typing import Any

from openmember.kernel.sql import fetch_all, sql_text
from openmember.ledger.types import Difference
from openmember.payments.receipts.types import Act, Loss, LostPayment, QueuePage, Receipt
from openmember.payments.reconciliation.accounts import get_own_accounts

SQL = Path(__file__).parent / "sql"
_ACTS = (
    "SELECT id, receipt_id, kind, amount_cents, account_number, reason, state, paid_reference,"
    " made_by, made_at, decided_by, payment_id FROM payments_receipt_act"
)


class UnknownReceipt(Exception):
    """There is no such receipt."""


class UnknownLoss(Exception):
    """There is no such loss."""


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


def list_losses(*, today: date, limit: int = 200) -> tuple[Loss, ...]:
    """Return what the bank took back and two people have not decided on, the oldest first."""
    query = sql_text(SQL / "losses.sql") + (
        " WHERE x.state IN ('open', 'proposed') ORDER BY x.id LIMIT %(limit)s"
    )
    return tuple(_loss(row) for row in fetch_all(query, {"today": today, "limit": limit}))


def get_loss(*, loss_id: int, today: date) -> Loss:
    """Return one of them, decided or not. Errors: UnknownLoss."""
    query = sql_text(SQL / "losses.sql") + " WHERE x.id = %(id)s"
    rows = fetch_all(query, {"today": today, "id": loss_id})
    if not rows:
        raise UnknownLoss
    return _loss(rows[0])


def list_lost_payments(*, loss: Loss) -> tuple[LostPayment, ...]:
    """Return the payments that were made of what the bank took back."""
    rows = fetch_all(
        "SELECT p.account_number::text AS account_number, p.id, p.amount_cents::bigint AS cents,"
        " p.status::text AS status"
        " FROM payments_receipt_made(%(receipt)s) p ORDER BY p.id",
        {"receipt": loss.receipt.id},
    )
    return tuple(LostPayment(row.account_number, row.id, row.cents, row.status) for row in rows)


def list_lines_for(*, loss: Loss, today: date) -> tuple[Receipt, ...]:
    """Return the receipts that wait on lines where the bank may state this money again."""
    lines = fetch_all(
        "SELECT id FROM payments_receipt_loss_lines(%(loss)s) ORDER BY day, id", {"loss": loss.id}
    )
    query = sql_text(SQL / "receipts.sql") + " WHERE r.id = ANY (%(ids)s) ORDER BY r.day, r.id"
    rows = fetch_all(query, {"today": today, "ids": [row.id for row in lines]})
    return tuple(_receipt(row) for row in rows)


def list_differences() -> tuple[Difference, ...]:
    """Return every receipt that the books do not bear out."""
    return tuple(
        Difference(row.check_name, row.account_number or "", row.explanation)
        for row in fetch_all(sql_text(SQL / "differences.sql"), {"own": get_own_accounts().keys})
    )


def _loss(row: Any) -> Loss:
    return Loss(
        row.loss_id, _receipt(row), row.account, row.loss_state, row.kind, row.kept_on, row.loss_reason,
        row.opened_at, row.made_by, row.decided_by, row.decided_at,
    )  # fmt: skip


def _receipt(row: Any) -> Receipt:
    return Receipt(
        row.id, row.source, row.day, row.amount_cents, row.open_cents, row.proposed_cents, row.payer, row.text,
        row.reference, row.state, row.reason, row.age_days,
    )  # fmt: skip
