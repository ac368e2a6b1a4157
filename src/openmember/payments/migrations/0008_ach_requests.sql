-- What may be asked of a bank account: keep it, correct it, stop it, draw from it.

-- The last seven digits of an entry's trace number, and back: the highest hundred belong to balancing entries.
CREATE FUNCTION payments_ach_sequence(p_entry bigint) RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (p_entry % 9999900 + 1)::integer
$$;

-- Keep a bank account; given before and still in use, it is the one there is. Returns its id.
-- Refuses: unknown_account, merged_account, bad_bank when its bank said that there is no such account.
CREATE FUNCTION payments_ach_add_bank(
    p_account text, p_id bigint, p_fingerprint bytea, p_routing text, p_sealed bytea, p_last_four text, p_kind text,
    p_is_business boolean, p_holder text, p_usable_on date, p_actor text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_closed boolean;
    v_known bigint;
BEGIN
    SELECT closed INTO v_closed FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_account');
    ELSIF v_closed THEN
        PERFORM kernel_refuse('merged_account', 'the account was joined to another');
    END IF;
    SELECT id INTO v_known FROM payments_ach_bank
        WHERE account_number = p_account AND fingerprint = p_fingerprint AND status = 'active';
    IF FOUND THEN
        RETURN v_known;
    END IF;
    PERFORM 1 FROM payments_ach_bank WHERE account_number = p_account AND fingerprint = p_fingerprint
        AND stop_code IN ('R02', 'R03', 'R04', 'R12', 'R13', 'R20');
    IF FOUND THEN
        PERFORM kernel_refuse('bad_bank', 'the bank said that this account cannot be drawn from');
    END IF;
    INSERT INTO payments_ach_bank (account_number, id, usable_on, fingerprint, actor)
    VALUES (p_account, p_id, p_usable_on, p_fingerprint, p_actor);
    INSERT INTO payments_ach_bank_detail (account_number, bank_id, version, routing, sealed, last_four, kind, is_business, holder, reason, actor)
    VALUES (p_account, p_id, 1, p_routing, p_sealed, p_last_four, p_kind, p_is_business, p_holder, 'given', p_actor);
    RETURN p_id;
END $$;

-- Keep what a bank, or the holder, corrected. The same correction again changes nothing. Refuses: unknown_bank.
CREATE FUNCTION payments_ach_correct_bank(
    p_account text, p_bank bigint, p_fingerprint bytea, p_routing text, p_sealed bytea, p_last_four text, p_kind text,
    p_holder text, p_reason text, p_actor text
) RETURNS smallint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bank payments_ach_bank;
    detail payments_ach_bank_detail;
BEGIN
    SELECT * INTO bank FROM payments_ach_bank WHERE account_number = p_account AND id = p_bank FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_bank');
    END IF;
    SELECT * INTO detail FROM payments_ach_bank_detail
        WHERE account_number = p_account AND bank_id = p_bank ORDER BY version DESC LIMIT 1;
    IF (bank.fingerprint, detail.routing, detail.kind, detail.holder) = (p_fingerprint, p_routing, p_kind, p_holder) THEN
        RETURN detail.version;
    END IF;
    INSERT INTO payments_ach_bank_detail (account_number, bank_id, version, routing, sealed, last_four, kind, is_business, holder, reason, actor)
    VALUES (p_account, p_bank, detail.version + 1, p_routing, p_sealed, p_last_four, p_kind, detail.is_business, p_holder, p_reason, p_actor);
    UPDATE payments_ach_bank SET fingerprint = p_fingerprint WHERE account_number = p_account AND id = p_bank;
    RETURN detail.version + 1;
END $$;

-- Take an entry that has not left out of the queue; its payment is declined. Again does nothing.
CREATE FUNCTION payments_ach_cancel(p_account text, p_entry bigint, p_reason text, p_on date, p_actor text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    entry payments_ach_entry;
BEGIN
    UPDATE payments_ach_entry SET state = 'canceled', cancel_reason = p_reason
        WHERE account_number = p_account AND id = p_entry AND state = 'queued' RETURNING * INTO entry;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    DELETE FROM payments_ach_waiting WHERE account_number = p_account AND entry_id = p_entry;
    IF entry.kind = 'debit' THEN
        PERFORM payments_answer(p_account, entry.payment_id, 'declined', '', '', '{}', p_on, p_actor, p_reason);
        INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
        VALUES (p_actor, 'payment.declined', p_account, jsonb_build_object('payment_id', entry.payment_id, 'reason', p_reason), '');
    END IF;
    RETURN true;
END $$;

-- Draw from a bank account no more: what has not left is canceled. Returns how many entries were.
-- Refuses: unknown_bank.
CREATE FUNCTION payments_ach_stop_bank(p_account text, p_bank bigint, p_status text, p_code text, p_on date, p_actor text) RETURNS integer
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
    RETURN v_canceled;
END $$;

-- Note a debit: a payment through the door that waits for its bank, and its entry. The same key is the same debit.
-- Refuses: unknown_bank, stopped_bank, too_large, and what payments_post refuses.
CREATE FUNCTION payments_ach_request(
    p_account text, p_bank bigint, p_amount bigint, p_key text, p_bills bigint[], p_channel text, p_sec text, p_description text,
    p_wanted_on date, p_same_day boolean, p_recurring boolean, p_line_order text[], p_payer text, p_actor text
) RETURNS payments_posted LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    posted payments_posted;
    v_status text;
    v_last_four text;
BEGIN
    IF p_amount > 9999999999 THEN
        PERFORM kernel_refuse('too_large', 'one debit is less than a hundred million dollars');
    END IF;
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT b.status, d.last_four INTO v_status, v_last_four FROM payments_ach_bank b
        JOIN payments_ach_bank_detail d ON (d.account_number, d.bank_id) = (b.account_number, b.id)
        WHERE b.account_number = p_account AND b.id = p_bank ORDER BY d.version DESC LIMIT 1;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_bank', 'the account has no such bank account');
    END IF;
    posted := payments_post(p_account, p_key, p_amount, 'ach', p_channel, p_bills, p_line_order, p_wanted_on, p_payer, p_actor,
                            'authorising', 'ach', 'Bank account ending in ' || v_last_four);
    IF posted.repeated THEN
        RETURN posted;
    ELSIF v_status <> 'active' THEN
        PERFORM kernel_refuse('stopped_bank', 'this bank account can no longer be drawn from');
    END IF;
    INSERT INTO payments_ach_entry (account_number, kind, payment_id, bank_id, amount_cents, sec, description, wanted_on, same_day, is_recurring)
    VALUES (p_account, 'debit', posted.payment_id, p_bank, p_amount, p_sec, p_description, p_wanted_on, p_same_day, p_recurring);
    INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
    VALUES (p_actor, 'payment.authorising', p_account, jsonb_build_object('payment_id', posted.payment_id, 'bank_id', p_bank), '');
    RETURN posted;
END $$;

-- Ask a bank whether the account is there, moving no money. Once for each version of what is known.
CREATE FUNCTION payments_ach_prenote(p_account text, p_bank bigint, p_sec text, p_on date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_id bigint;
BEGIN
    PERFORM 1 FROM payments_ach_bank WHERE account_number = p_account AND id = p_bank AND status = 'active' FOR UPDATE;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_bank', 'the account has no such bank account');
    END IF;
    SELECT id INTO v_id FROM payments_ach_entry
        WHERE account_number = p_account AND bank_id = p_bank AND kind = 'prenote' AND state = 'queued';
    IF NOT FOUND THEN
        INSERT INTO payments_ach_entry (account_number, kind, bank_id, amount_cents, sec, description, wanted_on)
        VALUES (p_account, 'prenote', p_bank, 0, p_sec, 'PRENOTE', p_on) RETURNING id INTO v_id;
    END IF;
    RETURN v_id;
END $$;
