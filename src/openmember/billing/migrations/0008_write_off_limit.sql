-- The limit counts for the account: all that people wrote off alone in the last 30 days, as it does for refunds.
CREATE OR REPLACE FUNCTION billing_write_off_propose(
    p_account text, p_bill bigint, p_key text, p_amount bigint, p_limit bigint, p_reason text, p_on date, p_actor text
) RETURNS billing_write_off LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known billing_write_off;
    bill billing_bill;
    -- In parts below the limit, of one bill or of many, a large sum would be written off by one person after all.
    v_before bigint;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT * INTO known FROM billing_write_off WHERE account_number = p_account AND key = p_key;
    IF FOUND THEN
        IF (known.bill_id, known.amount_cents) <> (p_bill, p_amount) THEN
            PERFORM kernel_refuse('key_reused', 'this key was used for another write-off');
        END IF;
        RETURN known;
    END IF;
    SELECT * INTO bill FROM billing_bill WHERE account_number = p_account AND id = p_bill;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_bill');
    ELSIF p_amount <= 0 OR p_amount > bill.open_cents THEN
        PERFORM kernel_refuse('beyond_open', 'a write-off takes at least a cent and at most what is open');
    END IF;
    PERFORM 1 FROM billing_write_off WHERE account_number = p_account AND bill_id = p_bill AND status = 'proposed';
    IF FOUND THEN
        PERFORM kernel_refuse('asked_already', 'a write-off of this bill waits for approval already');
    END IF;
    SELECT coalesce(sum(amount_cents), 0) INTO v_before FROM billing_write_off
        WHERE account_number = p_account AND status = 'approved'
          AND (bill_id = p_bill OR decided_by = proposed_by AND decided_on > p_on - 30);
    INSERT INTO billing_write_off (account_number, bill_month, bill_id, key, amount_cents, limit_cents, status, reason, proposed_by, proposed_on)
    VALUES (p_account, bill.month, p_bill, p_key, p_amount, greatest(p_limit - v_before, 0), 'proposed', p_reason, p_actor, p_on) RETURNING * INTO known;
    IF known.amount_cents <= known.limit_cents THEN
        RETURN billing_write_off_decide(p_account, known.id, true, '', p_on, p_actor);
    END IF;
    RETURN known;
END $$;
