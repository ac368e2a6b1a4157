"""What the application's own role may do. History tables can be added to and never changed."""

from django.db import connection

APPLICATION_ROLE = "openmember_app"

# Written only by the database functions that own them; the application role may read them.
READ_ONLY = (
    "ledger_code",
    "ledger_transfer",
    "ledger_reversal",
    "ledger_balance",
    "accounts_account",
    "billing_bill",
    "billing_line",
    "billing_adjustment",
    "payments_payment",
    "payments_move",
    "payments_allocation",
    "payments_refund",
    "kernel_audit_link",
)
ADD_ONLY = ("kernel_audit_entry",)


def apply() -> None:
    """Grant the application role its rights over every table there is now. Safe to repeat.

    Where the server has no such role and this user may not make one, nothing is done: the triggers
    still refuse changes to history.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION_ROLE])
        if cursor.fetchone() is None:
            return
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APPLICATION_ROLE}")
        cursor.execute(
            f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {APPLICATION_ROLE}"
        )
        cursor.execute(f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {APPLICATION_ROLE}")
        # Partitions are left out: they are reached through their parent, by the parent's rights.
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f"REVOKE ALL ON {table} FROM {APPLICATION_ROLE}")
            cursor.execute(f"GRANT {rights_on(table)} ON {table} TO {APPLICATION_ROLE}")


def rights_on(table: str) -> str:
    """Return the rights the application role has on one table."""
    if table in READ_ONLY:
        return "SELECT"
    if table in ADD_ONLY:
        return "SELECT, INSERT"
    return "SELECT, INSERT, UPDATE, DELETE"
