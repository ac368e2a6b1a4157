"""Reading bills, always for one account; today's date is the caller's, in the account's own zone."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

from openmember.billing.rules import status_of
from openmember.billing.types import Bill, BillLine, BillPage, Line
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.ledger.types import Difference

SQL = Path(__file__).parent / "sql"


class UnknownBill(Exception):
    """The account has no such bill."""


def list_bills(
    *,
    numbers: tuple[str, ...],
    today: date,
    line: Line | None = None,
    state: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> BillPage:
    """Return bills of an account, newest first; open ones by due date when `state` is "open".

    Shape: `numbers` are all numbers of the account; `state` is None, "open", "overdue" or "closed".
    """
    rows = fetch_all(
        sql_text(SQL / "list_bills.sql"),
        {
            "numbers": list(numbers),
            "today": today,
            "line": line,
            "state": state,
            "limit": limit,
            "offset": offset,
        },
    )
    sums = rows[0]  # The sums come on every row, and on one empty row when there is no bill.
    return BillPage(
        bills=tuple(bill_from_row(row, today) for row in rows if row.id is not None),
        total=sums.total,
        open_cents=sums.all_open_cents,
        overdue_cents=sums.all_overdue_cents,
        as_of=sums.as_of,
    )


def list_bills_before(
    *,
    numbers: tuple[str, ...],
    today: date,
    line: Line | None = None,
    state: str | None = None,
    before: Bill | None = None,
    limit: int = 50,
) -> tuple[Bill, ...]:
    """Return bills of an account, newest first; with `before`, those that follow it in that order.

    Shape: `state` as for `list_bills`. What is billed meanwhile moves nothing.
    """
    rows = fetch_all(
        sql_text(SQL / "bills_before.sql"),
        {
            "numbers": list(numbers),
            "today": today,
            "line": line,
            "state": state,
            "issued_on": before.issued_on if before else None,
            "id": before.id if before else None,
            "limit": limit,
        },
    )
    return tuple(bill_from_row(row, today) for row in rows)


def get_bill(*, numbers: tuple[str, ...], bill_id: int, today: date) -> Bill:
    """Return one bill of the account. Errors: UnknownBill."""
    row = fetch_one(
        "SELECT * FROM billing_bill WHERE account_number = ANY(%(numbers)s) AND id = %(id)s",
        {"numbers": list(numbers), "id": bill_id},
    )
    if row is None:
        raise UnknownBill
    return bill_from_row(row, today)


def list_lines(*, bill: Bill) -> tuple[BillLine, ...]:
    """Return the lines of a bill, in order."""
    return tuple(
        BillLine(row.description, row.amount_cents, row.service_on)
        for row in fetch_all(
            "SELECT description, amount_cents, service_on FROM billing_line"
            " WHERE account_number = %(number)s AND bill_month = %(month)s AND bill_id = %(id)s"
            " ORDER BY position",
            {"number": bill.account_number, "month": bill.month, "id": bill.id},
        )
    )


def list_adjustments(*, bill: Bill) -> tuple[Any, ...]:
    """Return what was taken off or added later: rows of (at, kind, amount_cents, reason, actor)."""
    return tuple(
        fetch_all(
            "SELECT at, kind, amount_cents, reason, actor FROM billing_adjustment"
            " WHERE account_number = %(number)s AND bill_month = %(month)s AND bill_id = %(id)s"
            " ORDER BY position",
            {"number": bill.account_number, "month": bill.month, "id": bill.id},
        )
    )


def list_chosen(
    *, numbers: tuple[str, ...], bill_ids: Iterable[int], today: date
) -> tuple[Bill, ...]:
    """Return these bills of the account in the order asked. Errors: UnknownBill when one is missing."""
    wanted = list(bill_ids)
    rows = fetch_all(
        "SELECT * FROM billing_bill WHERE account_number = ANY(%(numbers)s) AND id = ANY(%(ids)s)"
        " ORDER BY array_position(%(ids)s::bigint[], id)",
        {"numbers": list(numbers), "ids": wanted},
    )
    if len(rows) != len(set(wanted)):
        raise UnknownBill
    return tuple(bill_from_row(row, today) for row in rows)


def list_differences() -> tuple[Difference, ...]:
    """Return every bill that its lines, adjustments and the ledger do not bear out."""
    return tuple(
        Difference(row.check_name, row.account_number, row.explanation)
        for row in fetch_all(sql_text(SQL / "differences.sql"))
    )


def bill_from_row(row: Any, today: date) -> Bill:
    """Return a row of the bill table as a value."""
    return Bill(
        id=row.id,
        account_number=row.account_number,
        month=row.month,
        line=Line(row.line),
        title=row.title,
        issued_on=row.issued_on,
        due_on=row.due_on,
        amount_cents=row.amount_cents,
        adjusted_cents=row.adjusted_cents,
        open_cents=row.open_cents,
        held=row.held,
        status=status_of(
            amount_cents=row.amount_cents,
            adjusted_cents=row.adjusted_cents,
            open_cents=row.open_cents,
            held=row.held,
            due_on=row.due_on,
            today=today,
            on_plan=row.plan_id is not None,
        ),
        plan_id=row.plan_id,
    )
