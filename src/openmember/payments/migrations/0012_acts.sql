-- What people do with receipts that wait. HOUSE's balance row is locked before a member's, as reconciliation does.

-- Where the money of a receipt that waits stands: with the bank once it is confirmed there.
CREATE FUNCTION payments_receipt_stands(r payments_receipt) RETURNS smallint LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN r.settled THEN 1010::smallint ELSE r.code END
$$;

-- Take a receipt back that the bank took back, before anybody did anything with it.
CREATE FUNCTION payments_receipt_withdraw(p_receipt bigint) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    receipt payments_receipt;
BEGIN
    SELECT * INTO receipt FROM payments_receipt WHERE id = p_receipt FOR NO KEY UPDATE;
    IF receipt.open_cents > 0 THEN
        PERFORM ledger_post('HOUSE', 2020::smallint, payments_receipt_stands(receipt), receipt.open_cents, 'receipt', ledger_open_on(receipt.day), 'receipt:' || receipt.id);
    END IF;
    UPDATE payments_receipt SET state = 'withdrawn', open_cents = 0, account_number = NULL, reason = 'withdrawn' WHERE id = p_receipt;
END $$;

-- Do what an act says. A payment goes through the door and counts from the day the money came.
CREATE FUNCTION payments_receipt_carry_out(p_act bigint, p_line_order text[], p_on date, p_actor text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    act payments_receipt_act;
    receipt payments_receipt;
    posted payments_posted;
    v_match bigint;
BEGIN
    SELECT * INTO act FROM payments_receipt_act WHERE id = p_act;
    SELECT * INTO receipt FROM payments_receipt WHERE id = act.receipt_id;
    PERFORM ledger_post('HOUSE', 2020::smallint, CASE act.kind WHEN 'return' THEN 2030::smallint ELSE payments_receipt_stands(receipt) END,
                        act.amount_cents, 'receipt', ledger_open_on(p_on), CASE act.kind WHEN 'return' THEN 'receipt:' || receipt.id || ':return:' || act.id ELSE 'receipt:' || receipt.id END);
    IF act.kind = 'post' THEN
        posted := payments_post((SELECT coalesce(merged_into, number) FROM accounts_account WHERE number = act.account_number), 'receipt-act:' || act.id,
            act.amount_cents, receipt.method, receipt.channel, '{}', p_line_order, ledger_open_on(receipt.day), 'receipt', p_actor);
        IF act.learned_payer <> '' THEN
            INSERT INTO payments_receipt_pair (payer, account_number, receipt_id, confirmed_by) VALUES (act.learned_payer, act.account_number, receipt.id, p_actor)
                ON CONFLICT DO NOTHING;
        END IF;
    ELSIF act.kind = 'release' THEN
        -- The line is nobody's payment: reconciliation has it to explain again.
        SELECT e.match_id INTO v_match FROM payments_recon_entry e JOIN payments_recon_match m ON m.id = e.match_id AND m.state = 'made'
            WHERE e.side = 'books' AND e.account_number = 'HOUSE' AND e.reference = 'receipt:' || receipt.id ORDER BY e.id LIMIT 1;
        IF v_match IS NOT NULL THEN
            PERFORM payments_recon_undo(v_match, 'the money is no payment of a member', p_on, p_actor);
        END IF;
    END IF;
    UPDATE payments_receipt_act SET state = 'made', payment_id = posted.payment_id WHERE id = p_act;
    UPDATE payments_receipt SET open_cents = open_cents - act.amount_cents,
        state = CASE WHEN open_cents = act.amount_cents THEN 'worked' ELSE 'waiting' END WHERE id = receipt.id;
END $$;

-- Post, return or release a part of what waits. Above the limit it waits for a second person; returns the act.
-- Refuses: not_waiting, too_much, unknown_account.
CREATE FUNCTION payments_receipt_act(
    p_receipt bigint, p_kind text, p_account text, p_cents bigint, p_reason text, p_payer text, p_line_order text[], p_on date, p_actor text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    receipt payments_receipt;
    v_act bigint;
    v_alone boolean;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('payments_recon'));
    SELECT * INTO receipt FROM payments_receipt WHERE id = p_receipt FOR NO KEY UPDATE;
    IF receipt.state IS DISTINCT FROM 'waiting' THEN
        PERFORM kernel_refuse('not_waiting', 'this money does not wait any more');
    ELSIF p_cents <= 0 OR p_cents > receipt.open_cents - (
            SELECT coalesce(sum(amount_cents), 0) FROM payments_receipt_act WHERE receipt_id = p_receipt AND state = 'proposed') THEN
        PERFORM kernel_refuse('too_much', 'this is not between one cent and what waits');
    ELSIF p_kind = 'release' AND p_cents <> receipt.amount_cents THEN
        PERFORM kernel_refuse('only_whole', 'only money nothing was done with can be given to reconciliation');
    ELSIF p_kind = 'post' AND NOT EXISTS (SELECT 1 FROM accounts_account WHERE number = p_account) THEN
        PERFORM kernel_refuse('unknown_account', 'there is no such account');
    END IF;
    v_alone := receipt.amount_cents <= payments_receipt_alone_cents();
    INSERT INTO payments_receipt_act (receipt_id, kind, amount_cents, receipt_cents, account_number, learned_payer, reason, state, made_by)
        VALUES (p_receipt, p_kind, p_cents, receipt.amount_cents, CASE p_kind WHEN 'post' THEN p_account END, p_payer, p_reason, 'proposed', p_actor)
        RETURNING id INTO v_act;
    IF v_alone THEN
        PERFORM payments_receipt_carry_out(v_act, p_line_order, p_on, p_actor);
    END IF;
    RETURN v_act;
END $$;

-- Agree to what another person proposed, or turn it down. Refuses: not_proposed, same_person.
CREATE FUNCTION payments_receipt_second(p_act bigint, p_agrees boolean, p_line_order text[], p_on date, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    act payments_receipt_act;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('payments_recon'));
    PERFORM 1 FROM payments_receipt WHERE id = (SELECT receipt_id FROM payments_receipt_act WHERE id = p_act) FOR NO KEY UPDATE;
    SELECT * INTO act FROM payments_receipt_act WHERE id = p_act FOR NO KEY UPDATE;
    IF act.state IS DISTINCT FROM 'proposed' THEN
        PERFORM kernel_refuse('not_proposed', 'this does not wait for anybody any more');
    ELSIF p_agrees AND act.made_by = p_actor THEN
        PERFORM kernel_refuse('same_person', 'a second person has to agree');
    END IF;
    UPDATE payments_receipt_act SET decided_by = p_actor, decided_at = clock_timestamp(), state = CASE WHEN p_agrees THEN state ELSE 'rejected' END WHERE id = p_act;
    IF p_agrees THEN
        PERFORM payments_receipt_carry_out(p_act, p_line_order, p_on, p_actor);
    END IF;
END $$;

-- Note that what was to be returned left our bank: by check or wire, whose number is the reference. Refuses: not_payable.
CREATE FUNCTION payments_receipt_paid(p_act bigint, p_reference text, p_on date) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    act payments_receipt_act;
BEGIN
    SELECT * INTO act FROM payments_receipt_act WHERE id = p_act FOR NO KEY UPDATE;
    IF act.kind IS DISTINCT FROM 'return' OR act.state <> 'made' OR p_reference = '' THEN
        PERFORM kernel_refuse('not_payable', 'there is nothing to pay out here');
    END IF;
    PERFORM ledger_post('HOUSE', 2030::smallint, 1010::smallint, act.amount_cents, 'receipt_paid', ledger_open_on(p_on), 'receipt:' || act.receipt_id || ':return:' || act.id);
    UPDATE payments_receipt_act SET state = 'paid', paid_reference = p_reference WHERE id = p_act;
END $$;
