"""Reading premium runs, what they come to, and what an account was billed for a month."""

from datetime import date
from pathlib import Path
from typing import Any

from openmember.billing.premiums.types import PlanTotal, Run, RunState, Unpriced, Variance
from openmember.coverage.types import CoverageType
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.ledger.types import Difference

SQL = Path(__file__).parent / "sql"


class UnknownRun(Exception):
    """There is no such run."""


def get_run(*, run_id: int) -> Run:
    """Return one run or preview. Errors: UnknownRun."""
    runs = _list_runs({"id": run_id, "limit": 1})
    if not runs:
        raise UnknownRun
    return runs[0]


def list_runs(*, limit: int = 50) -> tuple[Run, ...]:
    """Return the latest runs and previews, the newest first."""
    return _list_runs({"id": None, "limit": limit})


def find_open_run() -> Run | None:
    """Return the run that is not finished: at work, or broken off."""
    row = fetch_one(
        "SELECT id FROM billing_premium_run WHERE state IN ('pricing', 'writing') AND NOT is_preview"
    )
    return get_run(run_id=row.id) if row else None


def find_last_month() -> date | None:
    """Return the latest month that was billed, or None before the first."""
    row = fetch_one(
        "SELECT max(month) AS month FROM billing_premium_run WHERE state IN ('writing', 'done')"
    )
    return row.month if row else None


def count_accounts() -> int:
    """Return how many accounts there are to look at."""
    return int(fetch_one("SELECT count(*) AS accounts FROM accounts_account").accounts)


def list_unpriced_ranges(*, run_id: int) -> tuple[int, ...]:
    """Return the ranges of a run that are still to be priced."""
    return _positions("priced_at IS NULL", run_id)


def list_unwritten_ranges(*, run_id: int) -> tuple[int, ...]:
    """Return the ranges of a run that are still to be billed."""
    return _positions("written_at IS NULL", run_id)


def get_range(*, run_id: int, position: int) -> tuple[str, str]:
    """Return the first number of a range, and the first after it."""
    row = fetch_one(
        "SELECT first_number, next_number FROM billing_premium_range"
        " WHERE run_id = %(run)s AND position = %(position)s",
        {"run": run_id, "position": position},
    )
    return row.first_number, row.next_number


def list_totals(*, run_id: int) -> tuple[PlanTotal, ...]:
    """Return what a run comes to by kind of coverage and plan, beside the last month billed before it."""
    return tuple(
        PlanTotal(
            coverage_type=CoverageType(row.coverage_type),
            plan=row.plan,
            coverages=row.coverages,
            gross_cents=row.gross_cents,
            aptc_cents=row.aptc_cents,
            share_cents=row.share_cents,
            adjusted_cents=row.adjusted_cents,
            before_cents=row.before_cents,
        )
        for row in fetch_all(sql_text(SQL / "totals.sql"), {"run": run_id})
    )


def list_unpriced(*, run_id: int) -> tuple[Unpriced, ...]:
    """Return the coverage a run found no rate for."""
    rows = fetch_all(
        "SELECT coverage_type, plan, level, area, sum(spans)::bigint AS spans"
        " FROM billing_premium_unpriced WHERE run_id = %(run)s GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
        {"run": run_id},
    )
    return tuple(
        Unpriced(CoverageType(row.coverage_type), row.plan, row.level, row.area, row.spans)
        for row in rows
    )


def get_variance(*, run_id: int) -> Variance:
    """Return what the run's month comes to, with what was billed for it before, against the last month."""
    row = fetch_one(sql_text(SQL / "variance.sql"), {"run": run_id})
    return Variance(row.month, row.total_cents, row.before_month, row.before_cents)


def list_differences() -> tuple[Difference, ...]:
    """Return every month billed that its bills, corrections and transfers do not bear out."""
    return tuple(
        Difference(row.check_name, row.account_number, row.explanation)
        for row in fetch_all(sql_text(SQL / "differences.sql"))
    )


def _positions(condition: str, run_id: int) -> tuple[int, ...]:
    rows = fetch_all(
        f"SELECT position FROM billing_premium_range WHERE run_id = %(run)s AND {condition}"  # noqa: S608  our own words
        " ORDER BY position",
        {"run": run_id},
    )
    return tuple(row.position for row in rows)


def _list_runs(params: dict[str, Any]) -> tuple[Run, ...]:
    return tuple(
        Run(**{**row._asdict(), "state": RunState(row.state)})
        for row in fetch_all(sql_text(SQL / "runs.sql"), params)
    )
