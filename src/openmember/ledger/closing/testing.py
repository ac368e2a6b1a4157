"""Undoing a closing in tests that commit: emptying the tables leaves the lock on the month's partition."""

from openmember.kernel.sql import fetch_all


def unlock_months() -> None:
    """Take the lock off every month's partition."""
    locked = fetch_all(
        "SELECT tgrelid::regclass::text AS leaf FROM pg_trigger"
        " WHERE tgname = 'ledger_month_closed' AND tgrelid <> 'ledger_transfer_other'::regclass"
    )
    for row in locked:
        fetch_all(f"DROP TRIGGER ledger_month_closed ON {row.leaf}")
