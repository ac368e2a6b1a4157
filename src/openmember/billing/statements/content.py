"""What a statement's forms show of it: the row's facts, with references and the scan line worked out."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from openmember.billing.statements.rules import scan_line
from openmember.billing.statements.types import Statement
from openmember.kernel.grouping import groups_of
from openmember.kernel.references import reference


def content_of(statement: Statement, *, sequence: int = 0) -> dict[str, Any]:
    """Return a statement as the layout shows it; dates are ISO, money is cents."""
    data = statement.data
    return {
        "sequence": sequence,
        "name": data["address"][0],
        "number": " ".join(groups_of(statement.account_number)),
        "address": data["address"],
        "region": data.get("region", ""),
        "made": made_on(statement).isoformat(),
        "opens": statement.month.isoformat(),
        "closes": last_day(statement.month).isoformat(),
        "opening": statement.opening_cents,
        "charges": statement.charges_cents,
        "payments": statement.receipts_cents,
        "adjustments": statement.adjustments_cents,
        "closing": statement.closing_cents,
        "due": statement.due_cents,
        "due_on": statement.due_on.isoformat() if statement.due_on else "",
        # How to ask for it: `overdue` of it at once, the rest, if any, by `due_on`.
        "overdue": min(data.get("overdue", 0), statement.due_cents),
        "held": data.get("held", 0),
        "planned": data.get("planned", 0),
        # The number that goes on, of an account that was joined to another.
        "joined": " ".join(groups_of(data["joined"])) if "joined" in data else "",
        "open": data.get("open", []),
        "tax_credit": data.get("tax_credit", []),
        "charge_lines": _lines(data.get("charges", [])),
        "payment_lines": _lines(data.get("payments", [])),
        "adjustment_lines": _lines(data.get("adjustments", [])),
        "scan": scan_line(statement.account_number, statement.due_cents),
    }


def made_on(statement: Statement) -> date:
    """Return the day a statement was made where the books are kept."""
    return timezone.localdate(statement.made_at, timezone.get_default_timezone())


def last_day(month: date) -> date:
    """Return the last day of a month given by its first."""
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _lines(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**line, "reference": reference("P", line["payment"])} if "payment" in line else line
        for line in lines
    ]
