"""Reading payments, always for one account."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from openmember.billing.types import Line
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.ledger.types import Difference
from openmember.payments.types import (
    Allocation,
    Channel,
    Method,
    Move,
    Payment,
    PaymentPage,
    Refund,
    Status,
)

SQL = Path(__file__).parent / "sql"


class UnknownPayment(Exception):
    """The account has no such payment."""


def list_payments(
    *,
    numbers: tuple[str, ...],
    since: date | None = None,
    until: date | None = None,
    status: Status | None = None,
    text: str | None = None,
    before: Payment | None = None,
    limit: int = 50,
    offset: int = 0,
) -> PaymentPage:
    """Return payments of an account, newest first. `text` is looked for in tender, method and amount.

    With `before`, those that follow this one in the list, whatever was paid since.
    """
    rows = _rows(
        numbers=list(numbers), since=since, until=until, status=status, text=text or None,
        before_at=before.created_at if before else None, before_id=before.id if before else None,
        limit=limit, offset=offset,
    )  # fmt: skip
    as_of = rows[0].as_of if rows else fetch_one("SELECT now() AS as_of").as_of
    return PaymentPage(
        tuple(payment_from_row(row) for row in rows), rows[0].total if rows else 0, as_of
    )


def get_payment(*, numbers: tuple[str, ...], payment_id: int) -> Payment:
    """Return one payment of the account. Errors: UnknownPayment."""
    rows = _rows(numbers=list(numbers), id=payment_id, limit=1)
    if not rows:
        raise UnknownPayment
    return payment_from_row(rows[0])


def find_waiting(*, numbers: tuple[str, ...]) -> Payment | None:
    """Return a recent payment nobody knows the outcome of, so that it is not paid again blind."""
    recent = list_payments(numbers=numbers, limit=10).payments
    return next((one for one in recent if one.is_waiting), None)


def list_moves(*, payment: Payment) -> tuple[Move, ...]:
    """Return the steps of a payment's life, the first one first."""
    return tuple(
        Move(row.at, row.from_status, row.to_status, row.actor, row.reason)
        for row in fetch_all(
            "SELECT at, from_status, to_status, actor, reason FROM payments_move"
            " WHERE account_number = %(number)s AND payment_id = %(id)s ORDER BY position",
            {"number": payment.account_number, "id": payment.id},
        )
    )


def list_refunds(*, payment: Payment) -> tuple[Refund, ...]:
    """Return the refunds of a payment, the first one first. What a dispute took is none."""
    return tuple(
        Refund(row.id, row.payment_id, row.amount_cents, row.status, row.reason, row.actor, row.created_at)
        for row in fetch_all(
            "SELECT * FROM payments_refund WHERE account_number = %(number)s AND payment_id = %(id)s"
            " AND dispute_id IS NULL ORDER BY id",
            {"number": payment.account_number, "id": payment.id},
        )
    )  # fmt: skip


def find_payment_by_key(*, numbers: tuple[str, ...], key: str) -> Payment | None:
    """Return the payment a key has become, a declined one only where there is no other, or None."""
    row = fetch_one(
        "SELECT id FROM payments_payment WHERE account_number = ANY(%(numbers)s) AND key = %(key)s"
        " ORDER BY status = 'declined', id DESC LIMIT 1",
        {"numbers": list(numbers), "key": key},
    )
    return get_payment(numbers=numbers, payment_id=row.id) if row else None


def list_bills_asked(*, payment: Payment) -> tuple[int, ...]:
    """Return the ids of the bills a payment was asked for, in its order; none when the rule was to choose."""
    row = fetch_one(
        "SELECT bills FROM payments_payment WHERE account_number = %(number)s AND id = %(id)s",
        {"number": payment.account_number, "id": payment.id},
    )
    return tuple(row.bills)


def find_account_of_gateway_payment(*, payment_id: int) -> str | None:
    """Return the account of a payment a gateway speaks of, or None when it is not ours."""
    row = fetch_one(
        "SELECT account_number FROM payments_payment WHERE id = %(id)s AND gateway <> ''",
        {"id": payment_id},
    )
    return row.account_number if row else None


def list_differences() -> tuple[Difference, ...]:
    """Return every payment, bill and credit that the other records do not bear out."""
    return tuple(
        Difference(row.check_name, row.account_number, row.explanation)
        for row in fetch_all(sql_text(SQL / "differences.sql"))
    )


def _rows(**given: Any) -> list[Any]:
    params = dict.fromkeys(("id", "since", "until", "status", "text", "before_at", "before_id"))
    params.update({"limit": 50, "offset": 0}, **given)
    return fetch_all(sql_text(SQL / "payments.sql"), params)


def payment_from_row(row: Any) -> Payment:
    """Return a row of the payment table, with its allocations and decline reason, as a value."""
    # One just posted comes without: nothing of it was disputed yet.
    disputed_cents = getattr(row, "disputed_cents", 0)
    return Payment(
        id=row.id,
        account_number=row.account_number,
        amount_cents=row.amount_cents,
        method=Method(row.method),
        channel=Channel(row.channel),
        status=Status(row.status),
        gateway=row.gateway,
        tender=row.tender,
        payer=row.payer,
        effective_on=row.effective_on,
        created_at=row.created_at,
        unapplied_cents=row.unapplied_cents,
        refunded_cents=row.refunded_cents - disputed_cents,
        disputed_cents=disputed_cents,
        allocations=tuple(
            Allocation(bill_id, title, Line(line), cents)
            for bill_id, title, line, cents in json.loads(row.allocations or "[]")
        ),
        decline_reason=row.decline_reason or "",
        gateway_reference=row.gateway_reference,
    )
