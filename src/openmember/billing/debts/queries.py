"""Reading what collection depends on, write-offs and bad debts."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from openmember.billing.debts.laws import get_laws
from openmember.billing.debts.rules import may_collect
from openmember.billing.debts.types import Action, BillFacts, Debt, Placement, WriteOff
from openmember.billing.types import Bill
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.ledger.types import Difference

SQL = Path(__file__).parent / "sql"


class UnknownWriteOff(Exception):
    """The account has no such write-off."""


def get_debt(*, bill: Bill, today: date, action: Action = Action.PLACE) -> Debt:
    """Return what may be done about a bill today under the law of its holder's state, and what was done."""
    row = fetch_one(
        sql_text(SQL / "debt.sql"),
        {"number": bill.account_number, "month": bill.month, "bill": bill.id},
    )
    facts = BillFacts(
        line=bill.line,
        open_cents=bill.open_cents,
        first_billed_on=row.first_billed_on,
        due_on=bill.due_on,
        held=bill.held,
        on_plan=bill.plan_id is not None,
        stops=tuple(row.stops),
    )
    return Debt(
        state=row.state,
        verdict=may_collect(facts, row.state, today, get_laws(), action),
        placements=tuple(_placement(bill, given) for given in json.loads(row.placements)),
        write_offs=tuple(_write_off(_Row(given)) for given in json.loads(row.write_offs)),
    )


def list_write_offs(
    *, numbers: tuple[str, ...] | None = None, bill_id: int | None = None, status: str | None = None
) -> tuple[WriteOff, ...]:
    """Return write-offs, the newest first: one account's, one bill's, or everybody's in one status."""
    return tuple(
        _write_off(row)
        for row in fetch_all(
            "SELECT * FROM billing_write_off"
            " WHERE (%(numbers)s::text[] IS NULL OR account_number = ANY(%(numbers)s))"
            " AND (%(bill)s::bigint IS NULL OR bill_id = %(bill)s)"
            " AND (%(status)s::text IS NULL OR status = %(status)s) ORDER BY id DESC LIMIT 200",
            {"numbers": list(numbers) if numbers else None, "bill": bill_id, "status": status},
        )
    )


def get_write_off(*, numbers: tuple[str, ...], write_off_id: int) -> WriteOff:
    """Return one write-off of the account. Errors: UnknownWriteOff."""
    row = fetch_one(
        "SELECT * FROM billing_write_off WHERE account_number = ANY(%(numbers)s) AND id = %(id)s",
        {"numbers": list(numbers), "id": write_off_id},
    )
    if row is None:
        raise UnknownWriteOff
    return _write_off(row)


def written_off_cents(*, bill: Bill) -> int:
    """Return what of a bill is written off and was not recovered."""
    row = fetch_one(
        "SELECT -coalesce(sum(amount_cents), 0) AS cents FROM billing_adjustment WHERE kind = 'write_off'"
        " AND account_number = %(number)s AND bill_month = %(month)s AND bill_id = %(bill)s",
        {"number": bill.account_number, "month": bill.month, "bill": bill.id},
    )
    return int(row.cents)


def list_small(*, most_cents: int, due_before: date, limit: int) -> tuple[Any, ...]:
    """Return bills too small and too old to ask for: rows of (account_number, id, open_cents)."""
    return tuple(
        fetch_all(
            sql_text(SQL / "small.sql"),
            {"most": most_cents, "due_before": due_before, "limit": limit},
        )
    )


def list_differences() -> tuple[Difference, ...]:
    """Return every write-off that the bills do not bear out."""
    return tuple(
        Difference(row.check_name, row.account_number, row.explanation)
        for row in fetch_all(sql_text(SQL / "differences.sql"))
    )


class _Row:
    """A row that came as JSON, read like one that did not."""

    def __init__(self, given: dict[str, Any]) -> None:
        for name, value in given.items():
            is_day = name.endswith("_on") and value is not None
            setattr(self, name, date.fromisoformat(value) if is_day else value)


def _placement(bill: Bill, given: list[Any]) -> Placement:
    placed_on, open_cents, allowed_by, reason, actor, recalled_on, recall_reason = given
    return Placement(
        bill_id=bill.id,
        placed_on=date.fromisoformat(placed_on),
        open_cents=open_cents,
        allowed_by=allowed_by,
        reason=reason,
        actor=actor,
        recalled_on=date.fromisoformat(recalled_on) if recalled_on else None,
        recall_reason=recall_reason,
    )


def _write_off(row: Any) -> WriteOff:
    return WriteOff(
        id=row.id,
        account_number=row.account_number,
        bill_id=row.bill_id,
        amount_cents=row.amount_cents,
        limit_cents=row.limit_cents,
        status=row.status,
        reason=row.reason,
        proposed_by=row.proposed_by,
        proposed_on=row.proposed_on,
        decided_by=row.decided_by or "",
        decided_on=row.decided_on,
    )
