-- Nothing is sent to a bank account its bank told us not to use: what was to go there goes by check, whenever
-- it was asked for, and never waits for a file that will not take it.

-- A way back may change, to a check only: when the tender it was to go to is gone.
DROP TRIGGER payments_credit_part_guard ON payments_credit_part;
CREATE TRIGGER payments_credit_part_guard BEFORE DELETE OR UPDATE OF account_number, credit_refund_id, payment_id, amount_cents
    ON payments_credit_part FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER payments_credit_part_way_guard BEFORE UPDATE OF way ON payments_credit_part
    FOR EACH ROW WHEN (NEW.way <> 'check' OR OLD.way <> 'tender') EXECUTE FUNCTION kernel_guard_history();

-- Turn the refunds that wait for a stopped bank account (of one account, or all) into checks; one from before
-- refunds were approved is credit again, in the queue. Returns how many. Again does nothing.
CREATE FUNCTION payments_ach_refunds_by_check(p_account text, p_bank bigint, p_on date, p_actor text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    stuck record;
    v_count bigint := 0;
BEGIN
    FOR stuck IN
        SELECT r.account_number, r.id, r.payment_id, c.id AS credit_id
        FROM payments_refund r
        JOIN payments_ach_entry e ON (e.account_number, e.payment_id) = (r.account_number, r.payment_id) AND e.kind = 'debit'
        JOIN payments_ach_bank k ON (k.account_number, k.id) = (e.account_number, e.bank_id) AND k.status = 'stopped'
        LEFT JOIN payments_ach_entry c ON c.account_number = r.account_number AND c.refund_id = r.id
        WHERE r.status = 'requested' AND r.gateway_reference <> 'check' AND (c.id IS NULL OR c.state = 'queued')
          AND (p_account IS NULL OR r.account_number = p_account AND k.id = p_bank)
        ORDER BY r.account_number, r.id
    LOOP
        PERFORM 1 FROM ledger_balance WHERE account_number = stuck.account_number FOR NO KEY UPDATE;
        CONTINUE WHEN NOT EXISTS (SELECT FROM payments_refund WHERE account_number = stuck.account_number AND id = stuck.id AND status = 'requested');
        IF stuck.credit_id IS NOT NULL THEN
            CONTINUE WHEN NOT payments_ach_cancel(stuck.account_number, stuck.credit_id, 'bank_stopped', p_on, p_actor);
        END IF;
        UPDATE payments_credit_part SET way = 'check' WHERE account_number = stuck.account_number AND refund_id = stuck.id AND way = 'tender';
        IF FOUND THEN
            PERFORM payments_note_refund(stuck.account_number, stuck.id, 'check');
        ELSE
            PERFORM payments_refund_finish(stuck.account_number, stuck.id, false, '', p_on, p_actor);
        END IF;
        INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
        VALUES (p_actor, 'refund.by_check', stuck.account_number, jsonb_build_object('refund_id', stuck.id, 'payment_id', stuck.payment_id), '');
        v_count := v_count + 1;
    END LOOP;
    RETURN v_count;
END $$;

-- As before; a bank account that is stopped takes no refund either, though it is queued.
CREATE OR REPLACE FUNCTION payments_ach_stop_bank(p_account text, p_bank bigint, p_status text, p_code text, p_on date, p_actor text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_canceled integer;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    PERFORM 1 FROM payments_ach_bank WHERE account_number = p_account AND id = p_bank;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_bank');
    END IF;
    UPDATE payments_ach_bank SET status = p_status, stop_code = p_code, stopped_at = now()
        WHERE account_number = p_account AND id = p_bank AND status = 'active';
    SELECT count(*) FILTER (WHERE payments_ach_cancel(account_number, id, CASE p_code WHEN '' THEN 'bank_removed' ELSE 'bank_stopped' END, p_on, p_actor))
        INTO v_canceled FROM payments_ach_entry
        WHERE account_number = p_account AND bank_id = p_bank AND state = 'queued' AND kind <> 'credit';
    IF p_status = 'stopped' THEN
        PERFORM payments_ach_refunds_by_check(p_account, p_bank, p_on, p_actor);
    END IF;
    RETURN v_canceled;
END $$;

-- As before, after what waits for stopped accounts, approved later, left the queue.
ALTER FUNCTION payments_ach_queue_refunds(date) RENAME TO payments_ach_queue_refunds_to_banks;
CREATE FUNCTION payments_ach_queue_refunds(p_on date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM payments_ach_refunds_by_check(NULL, NULL, p_on, 'system:ach');
    RETURN payments_ach_queue_refunds_to_banks(p_on);
END $$;

-- As before.
CREATE OR REPLACE FUNCTION payments_checks_issue(p_on date, p_actor text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    waiting record;
    v_run bigint;
    v_number bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('payments_checks_issue', 0));
    FOR waiting IN
        SELECT part.account_number, part.refund_id, refund.amount_cents,
               concat_ws(' ', nullif(m.first_name, ''), nullif(m.middle_name, ''), nullif(m.last_name, ''), nullif(m.suffix, '')) AS payee,
               jsonb_build_array(m.street, m.street2, m.city, m.state, m.postal_code) AS address
        FROM payments_refund refund
        JOIN payments_credit_part part ON (part.account_number, part.refund_id) = (refund.account_number, refund.id)
        JOIN accounts_account a ON a.number = part.account_number
        JOIN members_member m ON m.id = a.holder_id
        WHERE refund.status = 'requested' AND part.way = 'check' AND m.street <> '' AND m.city <> '' AND m.postal_code <> ''
          -- Money a bank may still take back waits, as it would have for the file.
          AND NOT EXISTS (
              SELECT FROM payments_ach_entry e LEFT JOIN payments_ach_batch b ON (b.file_id, b.number) = (e.file_id, e.batch)
              WHERE e.account_number = refund.account_number AND e.payment_id = refund.payment_id AND e.kind = 'debit'
                AND (b.settled_on IS NULL OR b.final_on > p_on))
        ORDER BY part.account_number, part.refund_id
    LOOP
        PERFORM 1 FROM ledger_balance WHERE account_number = waiting.account_number FOR NO KEY UPDATE;
        -- Taken back while this waited for the account.
        CONTINUE WHEN NOT EXISTS (SELECT 1 FROM payments_refund WHERE account_number = waiting.account_number AND id = waiting.refund_id AND status = 'requested');
        IF v_run IS NULL THEN
            INSERT INTO payments_check_run (run_on, actor) VALUES (p_on, p_actor) RETURNING id INTO v_run;
        END IF;
        INSERT INTO payments_check (account_number, refund_id, run_id, amount_cents, payee, address, issued_on, status)
        VALUES (waiting.account_number, waiting.refund_id, v_run, waiting.amount_cents, waiting.payee, waiting.address, p_on, 'issued')
        RETURNING number INTO v_number;
        PERFORM payments_refund_finish(waiting.account_number, waiting.refund_id, true, 'check:' || v_number, p_on, p_actor);
        INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
        VALUES (p_actor, 'check.issue', waiting.account_number, jsonb_build_object('check', v_number, 'refund_id', waiting.refund_id), '');
    END LOOP;
    IF v_run IS NULL AND EXISTS (SELECT 1 FROM payments_check WHERE status IN ('stopped', 'stale') AND void_run_id IS NULL) THEN
        INSERT INTO payments_check_run (run_on, actor) VALUES (p_on, p_actor) RETURNING id INTO v_run;
    END IF;
    UPDATE payments_check SET void_run_id = v_run WHERE status IN ('stopped', 'stale') AND void_run_id IS NULL AND v_run IS NOT NULL;
    UPDATE payments_check_run SET (checks, amount_cents) = (SELECT count(*), coalesce(sum(amount_cents), 0) FROM payments_check WHERE run_id = v_run)
        WHERE id = v_run;
    RETURN v_run;
END $$;
