"""What is true of a month, and what is reported of it."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

from openmember.billing.types import Line
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.ledger.closing import queries as ledger
from openmember.ledger.types import Code
from openmember.payments.closing.types import (
    AgeingLine,
    Bucket,
    CashLine,
    Check,
    Closing,
    Deferred,
    Reports,
    Topic,
)
from openmember.payments.jobs import check_books
from openmember.payments.reconciliation import queries as reconciliation

SQL = Path(__file__).parent / "sql"
# Work older than this on exceptions is said before a closing.
EXCEPTIONS_DAYS = 10
RECEIVABLES = {
    Line.PREMIUM: Code.PREMIUM_RECEIVABLE,
    Line.MEDICAL: Code.MEDICAL_RECEIVABLE,
    Line.PHARMACY: Code.PHARMACY_RECEIVABLE,
}


def last_of_month(month: date) -> date:
    """Return the last day of a month."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def get_closing(*, month: date, today: date, prove: bool = False) -> Closing:
    """Return what should be true before a month is closed, each from the database.

    `prove` proves the whole books too, which takes as long as the nightly check.
    """
    last = last_of_month(month)
    state = ledger.get_month(month=month)
    return Closing(
        state,
        (
            _turn(month, last, today),
            _books() if prove else Check(Topic.BOOKS, None),
            _bank_days(month, last),
            _reconciled(last),
            _differences(last),
            *_counted(month, last),
        ),
    )


def get_reports(*, month: date) -> Reports:
    """Return a month's reports: as they were kept when it was closed, else as they are now."""
    kept = ledger.list_figures(month=month, report="cash")
    return read_reports(month=month) if kept is None else _kept_reports(month)


def read_reports(*, month: date) -> Reports:
    """Return a month's reports as the books stand now."""
    trial_balance = ledger.get_trial_balance(month=month)
    by_code = {line.code: line.closing_cents for line in trial_balance.lines}
    dates = {"month": month, "last": last_of_month(month)}
    aged = {row.line: row for row in fetch_all(sql_text(SQL / "ageing.sql"), dates)}
    return Reports(
        trial_balance,
        ageing=tuple(
            _ageing(line, aged.get(line.value), by_code[code]) for line, code in RECEIVABLES.items()
        ),
        cash=tuple(
            CashLine(
                row.day,
                row.method,
                row.channel,
                row.received_cents,
                row.given_back_cents,
                row.count,
            )
            for row in fetch_all(sql_text(SQL / "cash.sql"), dates)
        ),
        deferred=tuple(
            Deferred(row.covers, row.cents, row.accounts)
            for row in fetch_all(sql_text(SQL / "deferred.sql"), dates)
        ),
    )


def list_cash(*, since: date, until: date) -> tuple[CashLine, ...]:
    """Return what came in and went out by day, method and channel."""
    rows = fetch_all(sql_text(SQL / "cash.sql"), {"month": since, "last": until})
    return tuple(
        CashLine(
            row.day, row.method, row.channel, row.received_cents, row.given_back_cents, row.count
        )
        for row in rows
    )


def list_clearing() -> dict[Code, int]:
    """Return what stands on each code of money now."""
    month = ledger.list_months(limit=1)
    if not month:
        return {}
    balance = ledger.get_trial_balance(month=month[0].month)
    money = (Code.BANK, Code.CARD_CLEARING, Code.ACH_CLEARING, Code.DRAWERS, Code.LOCKBOX)
    return {line.code: line.closing_cents for line in balance.lines if line.code in money}


def _kept_reports(month: date) -> Reports:
    def facts(report: str) -> list[dict[str, Any]]:
        return [figure.facts for figure in ledger.list_figures(month=month, report=report) or ()]

    return Reports(
        ledger.get_trial_balance(month=month),
        ageing=tuple(
            AgeingLine(
                Line(one["line"]), {Bucket(name): cents for name, cents in one["buckets"].items()},
                one["bills"], one["ledger_cents"],
            )
            for one in facts("ageing")
        ),
        cash=tuple(
            CashLine(
                date.fromisoformat(one["day"]), one["method"], one["channel"], one["received_cents"],
                one["given_back_cents"], one["count"],
            )
            for one in facts("cash")
        ),
        deferred=tuple(
            Deferred(date.fromisoformat(one["covers"]), one["cents"], one["accounts"])
            for one in facts("deferred")
        ),
    )  # fmt: skip


def _ageing(line: Line, row: Any, ledger_cents: int) -> AgeingLine:
    cents = {bucket: getattr(row, f"cents_{bucket.value}") if row else 0 for bucket in Bucket}
    return AgeingLine(line, cents, row.bills if row else 0, ledger_cents)


def _turn(month: date, last: date, today: date) -> Check:
    oldest = ledger.find_next_to_close()
    is_turn = today > last and (oldest is None or month <= oldest)
    return Check(Topic.TURN, is_turn, days=() if is_turn or oldest is None else (oldest,))


def _books() -> Check:
    found = len(check_books())
    return Check(Topic.BOOKS, not found, found)


def _bank_days(month: date, last: date) -> Check:
    missing = reconciliation.list_missing_days(month=month, until=last)
    gaps = [
        gap.before for gap in reconciliation.list_gaps(until=last) if month <= gap.before <= last
    ]
    days = tuple(sorted({*missing, *gaps}))
    return Check(Topic.BANK_DAYS, not days, len(days), days=days)


def _reconciled(last: date) -> Check:
    run = reconciliation.find_last_run()
    return Check(Topic.RECONCILED, run is not None and run >= last, days=(run,) if run else ())


def _differences(last: date) -> Check:
    count, cents = reconciliation.count_unreviewed(until=last)
    return Check(Topic.DIFFERENCES, not count, count, cents)


def _counted(month: date, last: date) -> tuple[Check, ...]:
    row = fetch_one(
        sql_text(SQL / "checks.sql"), {"month": month, "last": last, "days": EXCEPTIONS_DAYS}
    )
    return (
        Check(
            Topic.UNKNOWN_PAYMENTS,
            not row.unknown_payments,
            row.unknown_payments,
            row.unknown_cents,
        ),
        Check(Topic.PREMIUM_RUN, row.premium_runs > 0, row.premium_runs),
        Check(Topic.EXCEPTIONS, not row.old_exceptions, row.old_exceptions),
    )
