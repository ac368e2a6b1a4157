"""What the application's own role may do. History tables can be added to and never changed."""

from django.db import connection

APPLICATION_ROLE = "openmember_app"

# Written only by the database functions that own them; the application role may read them.
READ_ONLY = (
    "ledger_code",
    "ledger_transfer",
    "ledger_reversal",
    "ledger_balance",
    "ledger_closing",
    "ledger_closed_balance",
    "ledger_closed_figure",
    "ledger_reopening",
    "accounts_account",
    "billing_bill",
    "billing_line",
    "billing_adjustment",
    "billing_moved_bill",
    "billing_premium",
    "billing_premium_adjustment",
    "billing_premium_credit",
    "billing_premium_run",
    "billing_premium_range",
    "billing_premium_total",
    "billing_premium_unpriced",
    "billing_premium_item",
    "billing_premium_touched",
    "billing_premium_seen",
    "billing_premium_term",
    "billing_rate",
    "billing_sponsor_account",
    "billing_grace_uncovered",
    "billing_grace_provider_file",
    "billing_grace_provider_notice",
    "payments_payment",
    "payments_move",
    "payments_allocation",
    "payments_refund",
    "payments_dispute",
    "payments_dispute_part",
    "payments_gateway_exception",
    "payments_bank_day",
    "payments_bank_line",
    "payments_receipt_loss",
    "payments_payout",
    "payments_payout_line",
    "payments_recon_match",
    "payments_recon_entry",
    "payments_recon_part",
    "payments_recon_note",
    "payments_recon_run",
    "payments_receipt",
    "payments_receipt_act",
    "payments_receipt_pair",
    "payments_remittance",
    "payments_remittance_posting",
    "billing_claim_entry",
    "kernel_audit_link",
    "billing_plan",
    "billing_plan_schedule",
    "billing_plan_part",
    "billing_plan_instalment",
    "billing_plan_event",
    "billing_write_off",
    "billing_collection_stop",
    "billing_bad_debt",
    "payments_credit",
    "payments_credit_refund",
    "payments_credit_part",
    "payments_check",
    "payments_check_run",
    "payments_escheat",
    "assistance_posting",
    "payments_ach_bank",
    "payments_ach_bank_detail",
    "payments_ach_file",
    "payments_ach_batch",
    "payments_ach_entry",
    "payments_ach_return",
    "payments_ach_waiting",
    "payments_drawer",
    "payments_drawer_payment",
    "payments_drawer_void",
    "payments_deposit",
    "payments_paper_range",
    "payments_paper_receipt",
    "billing_statement",
    "billing_statement_run",
    "billing_statement_range",
    "billing_statement_print",
    "billing_statement_notice",
    "letters_layout",
    "letters_letter",
    "letters_consent",
)
ADD_ONLY = (
    "kernel_audit_entry",
    "cases_event",
    "cases_note",
    "grievances_event",
    "grievances_package",
    "grievances_withheld",
    "grievances_letter_proof",
    "grievances_handoff",
    "grievances_handoff_answer",
    "grievances_sharing",
    "grievances_sharing_item",
    "grievances_sharing_answer",
    "cases_notes_saved",
    "cases_callback_attempt",
    "cases_duty_event",
    "threads_message",
    "threads_attachment",
    "threads_seen",
    "assistance_decision",
    "billing_grace_step",
    "payments_remittance_line",
    "registrations_other",
)


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
        # A view reads with the rights of its owner; nobody writes through one.
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'v'"
        )
        for (view,) in cursor.fetchall():
            cursor.execute(f"GRANT SELECT ON {view} TO {APPLICATION_ROLE}")


def rights_on(table: str) -> str:
    """Return the rights the application role has on one table."""
    if table in READ_ONLY:
        return "SELECT"
    if table in ADD_ONLY:
        return "SELECT, INSERT"
    return "SELECT, INSERT, UPDATE, DELETE"
