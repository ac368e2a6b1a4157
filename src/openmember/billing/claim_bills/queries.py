"""Proving bills for care against the claims and visits they come from."""

from pathlib import Path

from openmember.kernel.sql import fetch_all, sql_text
from openmember.ledger.types import Difference

SQL = Path(__file__).parent / "sql"


def list_differences() -> tuple[Difference, ...]:
    """Return every episode of care whose bills ask for more or less than its claims and visits."""
    return tuple(
        Difference(row.check_name, row.account_number or "", row.explanation)
        for row in fetch_all(sql_text(SQL / "differences.sql"))
    )
