"""Reading statements, for one account, or for the printer batch by batch."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from openmember.billing.statements.types import Statement, Totals
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.ledger.types import Difference

SQL = Path(__file__).parent / "sql"


class UnknownStatement(Exception):
    """The account has no such statement."""


def list_statements(
    *,
    numbers: tuple[str, ...],
    holder_id: int,
    year: int | None = None,
    before: Statement | None = None,
    limit: int = 200,
) -> tuple[Statement, ...]:
    """Return the account's statements that went to this holder, newest first; those after `before`."""
    rows = fetch_all(
        "SELECT * FROM billing_statement WHERE account_number = ANY(%(numbers)s)"
        " AND holder_id = %(holder)s AND (%(year)s::int IS NULL OR extract(year FROM month) = %(year)s)"
        " AND (%(id)s::bigint IS NULL OR (month, id) < (%(month)s::date, %(id)s))"
        " ORDER BY month DESC, id DESC LIMIT %(limit)s",
        {
            "numbers": list(numbers),
            "holder": holder_id,
            "year": year,
            "id": before.id if before else None,
            "month": before.month if before else None,
            "limit": limit,
        },
    )
    return tuple(statement_from_row(row) for row in rows)


def get_statement(*, numbers: tuple[str, ...], holder_id: int, statement_id: int) -> Statement:
    """Return one statement of the account that went to this holder. Errors: UnknownStatement."""
    row = fetch_one(
        "SELECT * FROM billing_statement WHERE account_number = ANY(%(numbers)s)"
        " AND holder_id = %(holder)s AND id = %(id)s",
        {"numbers": list(numbers), "holder": holder_id, "id": statement_id},
    )
    if row is None:
        raise UnknownStatement
    return statement_from_row(row)


def get_totals(*, month: date) -> Totals:
    """Return what the statements of a month come to."""
    row = fetch_one(
        "SELECT count(*) AS statements, count(*) FILTER (WHERE electronic) AS electronic,"
        " count(*) FILTER (WHERE NOT electronic) AS printed,"
        " coalesce(sum(due_cents), 0)::bigint AS due_cents,"
        " coalesce(sum(closing_cents), 0)::bigint AS closing_cents"
        " FROM billing_statement WHERE month = %(month)s",
        {"month": month},
    )
    return Totals(row.statements, row.electronic, row.printed, row.due_cents, row.closing_cents)


def list_batches(*, month: date) -> tuple[int, ...]:
    """Return the numbers of the month's print files."""
    rows = fetch_all(
        "SELECT DISTINCT batch FROM billing_statement_print WHERE month = %(month)s ORDER BY batch",
        {"month": month},
    )
    return tuple(row.batch for row in rows)


def read_batch(*, month: date, batch: int) -> tuple[tuple[int, Statement, str], ...]:
    """Return (sequence, statement, postal code) of one print file, in its order. One statement."""
    rows = fetch_all(
        "SELECT p.sequence, s.* FROM billing_statement_print p"
        " JOIN billing_statement s ON s.account_number = p.account_number AND s.month = p.month"
        " WHERE p.month = %(month)s AND p.batch = %(batch)s ORDER BY p.sequence",
        {"month": month, "batch": batch},
    )
    return tuple((row.sequence, statement_from_row(row), row.postal_code) for row in rows)


def list_untold(*, month: date, after: str, limit: int) -> tuple[Any, ...]:
    """Return (account_number, language, email) of those to be told by e-mail that a statement waits."""
    return tuple(
        fetch_all(sql_text(SQL / "untold.sql"), {"month": month, "after": after, "limit": limit})
    )


def list_differences() -> tuple[Difference, ...]:
    """Return every statement that the ledger, or the statement before it, does not bear out."""
    return tuple(
        Difference(row.check_name, row.account_number, row.explanation)
        for row in fetch_all(sql_text(SQL / "differences.sql"))
    )


def statement_from_row(row: Any) -> Statement:
    """Return a row of the statements' table as a value."""
    return Statement(
        id=row.id,
        account_number=row.account_number,
        month=row.month,
        opening_cents=row.opening_cents,
        charges_cents=row.charges_cents,
        receipts_cents=row.receipts_cents,
        adjustments_cents=row.adjustments_cents,
        closing_cents=row.closing_cents,
        due_cents=row.due_cents,
        due_on=row.due_on,
        language=row.language,
        reading_format=row.reading_format,
        electronic=row.electronic,
        data=json.loads(row.data),
        layout_id=row.layout_id,
        made_at=row.made_at,
    )


def list_months() -> tuple[date, ...]:
    """Return the months whose run is whole, newest first."""
    rows = fetch_all(
        "SELECT month FROM billing_statement_run WHERE made_at IS NOT NULL ORDER BY month DESC"
    )
    return tuple(row.month for row in rows)
