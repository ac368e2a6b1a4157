-- Emptying a table goes past its row triggers: history refuses that too, even to its owner.
DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY[
        'accounts_account', 'ledger_transfer', 'ledger_reversal', 'billing_bill', 'billing_line', 'billing_adjustment',
        'payments_payment', 'payments_move', 'payments_allocation', 'payments_refund', 'kernel_audit_entry', 'kernel_audit_link'
    ] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history()',
                       history || '_truncation', history);
    END LOOP;
END $$;
