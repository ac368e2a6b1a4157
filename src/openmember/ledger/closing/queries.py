"""Reading closed and open months."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.db import connection, transaction

from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.ledger.closing.types import (
    ClosingStep,
    CodeBalance,
    Figure,
    JournalLine,
    MonthState,
    Reopening,
    TrialBalance,
)
from openmember.ledger.types import Code, Difference

SQL = Path(__file__).parent / "sql"
_JOURNAL_BLOCK = 5_000


def first_of_month(day: date) -> date:
    """Return the first day of a day's month."""
    return day.replace(day=1)


def is_closed(*, month: date) -> bool:
    """Return whether nothing can be posted in the month any more."""
    return bool(fetch_one("SELECT ledger_is_closed(%(month)s) AS closed", {"month": month}).closed)


def open_on(*, day: date) -> date:
    """Return the day on which money that counts for `day` is booked: it, or the first that is open."""
    opened: date = fetch_one("SELECT ledger_open_on(%(day)s) AS day", {"day": day}).day
    return opened


def get_month(*, month: date) -> MonthState:
    """Return what was done with a month."""
    steps = fetch_all(
        "SELECT month, position, action, at, actor, second_actor, reason, encode(seal, 'hex') AS seal"
        " FROM ledger_closing WHERE month = %(month)s ORDER BY position",
        {"month": month},
    )
    asked = fetch_one("SELECT * FROM ledger_reopening WHERE month = %(month)s", {"month": month})
    return MonthState(
        month=month,
        steps=tuple(
            ClosingStep(
                row.month, row.position, row.action, row.at, row.actor, row.second_actor, row.reason,
                row.seal or "",
            )
            for row in steps
        ),
        reopening=Reopening(asked.month, asked.actor, asked.reason, asked.at) if asked else None,
    )  # fmt: skip


def list_months(*, limit: int = 24) -> tuple[MonthState, ...]:
    """Return the months in which something was posted, the newest first, with what was done with them."""
    rows = fetch_all(sql_text(SQL / "months.sql"), {"limit": limit})
    return tuple(get_month(month=row.month) for row in rows)


def find_next_to_close() -> date | None:
    """Return the oldest month that has transfers and is open, or None when nothing was ever posted."""
    row = fetch_one(sql_text(SQL / "next_month.sql"))
    found: date | None = row.month
    return found


def get_trial_balance(*, month: date) -> TrialBalance:
    """Return a month's trial balance: the kept one when it is closed, else as the ledger stands now."""
    state = get_month(month=month)
    if state.is_closed:
        query = "SELECT * FROM ledger_closed_balance WHERE month = %(month)s AND position = %(position)s"
        rows = fetch_all(
            f"{query} ORDER BY code", {"month": month, "position": state.steps[-1].position}
        )
    else:
        rows = fetch_all("SELECT * FROM ledger_trial_balance(%(month)s)", {"month": month})
    return TrialBalance(
        month,
        tuple(
            CodeBalance(Code(row.code), row.opening_cents, row.debit_cents, row.credit_cents)
            for row in rows
        ),
        is_frozen=state.is_closed,
    )


def list_figures(*, month: date, report: str) -> tuple[Figure, ...] | None:
    """Return a report as it was kept when the month was closed, or None while it is open."""
    state = get_month(month=month)
    if not state.is_closed:
        return None
    rows = fetch_all(
        "SELECT report, line, facts FROM ledger_closed_figure"
        " WHERE month = %(month)s AND position = %(position)s AND report = %(report)s ORDER BY line",
        {"month": month, "position": state.steps[-1].position, "report": report},
    )
    return tuple(Figure(row.report, row.line, json.loads(row.facts)) for row in rows)


def iterate_journal(*, month: date) -> Iterator[JournalLine]:
    """Yield a month's transfers in the order of their days, a block at a time: a month may be large."""
    # A cursor on the server lives in a transaction.
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(sql_text(SQL / "journal.sql"), {"month": month})
        while rows := cursor.fetchmany(_JOURNAL_BLOCK):
            for row in rows:
                identity, effective_on, debit, credit, cents, kind, reference = row
                yield JournalLine(
                    identity, effective_on, Code(debit), Code(credit), cents, kind, reference
                )


def list_differences() -> tuple[Difference, ...]:
    """Return every closed month that is not as it was closed."""
    return tuple(
        Difference(row.check_name, "", row.explanation)
        for row in fetch_all(sql_text(SQL / "differences.sql"))
    )
