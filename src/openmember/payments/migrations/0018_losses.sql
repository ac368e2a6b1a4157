-- Nothing is done with money whose line the bank took back; what becomes of it two people decide.

-- Post, return or release a part of what waits. Above the limit it waits for a second person; returns the act.
-- Refuses: not_waiting, line_withdrawn, too_much, only_whole, unknown_account.
CREATE OR REPLACE FUNCTION payments_receipt_act(
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
    ELSIF payments_receipt_is_gone(receipt) THEN
        PERFORM kernel_refuse('line_withdrawn', 'the bank took the line of this money back: it is among the exceptions');
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

-- Agree to what another person proposed, or turn it down. Refuses: not_proposed, same_person, line_withdrawn.
CREATE OR REPLACE FUNCTION payments_receipt_second(p_act bigint, p_agrees boolean, p_line_order text[], p_on date, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    act payments_receipt_act;
    receipt payments_receipt;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('payments_recon'));
    SELECT * INTO receipt FROM payments_receipt WHERE id = (SELECT receipt_id FROM payments_receipt_act WHERE id = p_act) FOR NO KEY UPDATE;
    SELECT * INTO act FROM payments_receipt_act WHERE id = p_act FOR NO KEY UPDATE;
    IF act.state IS DISTINCT FROM 'proposed' THEN
        PERFORM kernel_refuse('not_proposed', 'this does not wait for anybody any more');
    ELSIF p_agrees AND act.made_by = p_actor THEN
        PERFORM kernel_refuse('same_person', 'a second person has to agree');
    ELSIF p_agrees AND payments_receipt_is_gone(receipt) THEN
        PERFORM kernel_refuse('line_withdrawn', 'the bank took the line of this money back: it is among the exceptions');
    END IF;
    UPDATE payments_receipt_act SET decided_by = p_actor, decided_at = clock_timestamp(), state = CASE WHEN p_agrees THEN state ELSE 'rejected' END WHERE id = p_act;
    IF p_agrees THEN
        PERFORM payments_receipt_carry_out(p_act, p_line_order, p_on, p_actor);
    END IF;
END $$;

-- The payments that were made of a receipt: at once, or by what people did.
CREATE FUNCTION payments_receipt_made(p_receipt bigint) RETURNS SETOF payments_payment
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH money AS (
        SELECT account_number, payment_id FROM payments_receipt WHERE id = p_receipt AND payment_id IS NOT NULL
        UNION ALL SELECT account_number, payment_id FROM payments_receipt_act WHERE receipt_id = p_receipt AND payment_id IS NOT NULL
    )
    SELECT p.* FROM money m JOIN accounts_account a ON a.number = m.account_number
    JOIN payments_payment p ON p.id = m.payment_id AND p.account_number IN (a.number, a.merged_into)
$$;

-- What becomes of money the bank took back. HOUSE's balance row is locked before a member's, as reconciliation does.

-- Propose to return what was made of it, or to keep it on the line of another receipt that waits. Returns nothing.
-- Refuses: not_open, no_line.
CREATE FUNCTION payments_receipt_loss_propose(p_loss bigint, p_kind text, p_kept_on bigint, p_reason text, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    loss payments_receipt_loss;
BEGIN
    SELECT * INTO loss FROM payments_receipt_loss WHERE id = p_loss FOR UPDATE;
    IF loss.state IS DISTINCT FROM 'open' THEN
        PERFORM kernel_refuse('not_open', 'this does not wait for a proposal any more');
    ELSIF p_kind = 'keep' AND NOT EXISTS (SELECT 1 FROM payments_receipt_loss_lines(p_loss) line WHERE line.id = p_kept_on) THEN
        PERFORM kernel_refuse('no_line', 'no other line of this amount waits');
    END IF;
    UPDATE payments_receipt_loss SET state = 'proposed', kind = p_kind, kept_on = CASE p_kind WHEN 'keep' THEN p_kept_on END, reason = p_reason, made_by = p_actor WHERE id = p_loss;
END $$;

-- The receipts on whose lines the money of a loss may be: of the same account and amount, as nobody touched them.
CREATE FUNCTION payments_receipt_loss_lines(p_loss bigint) RETURNS SETOF payments_receipt
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT o.* FROM payments_receipt_loss x JOIN payments_receipt r ON r.id = x.receipt_id
    JOIN payments_receipt o ON o.bank = r.bank AND o.account = r.account AND o.amount_cents = r.amount_cents AND o.id <> r.id
        AND o.day BETWEEN r.day - 31 AND r.day + 31
    WHERE x.id = p_loss AND o.source = 'bank' AND o.state = 'waiting' AND payments_receipt_is_free(o) AND NOT payments_receipt_is_gone(o) ORDER BY o.day, o.id
$$;

-- Agree to what another person proposed, or turn it down, and it is open again.
-- Returned: payments are taken back, what still waits is withdrawn, what was owed to the sender is not any more.
-- Kept: the money is on the line of the other receipt, which is withdrawn. Refuses: not_proposed, same_person, no_line, paid_out.
CREATE FUNCTION payments_receipt_loss_decide(p_loss bigint, p_agrees boolean, p_on date, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    loss payments_receipt_loss;
    receipt payments_receipt;
    kept payments_receipt;
    made record;
    v_match bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('payments_receipts'));
    PERFORM pg_advisory_xact_lock(hashtext('payments_recon'));
    SELECT r.* INTO receipt FROM payments_receipt r JOIN payments_receipt_loss x ON x.receipt_id = r.id WHERE x.id = p_loss FOR NO KEY UPDATE OF r;
    SELECT * INTO loss FROM payments_receipt_loss WHERE id = p_loss FOR UPDATE;
    IF loss.state IS DISTINCT FROM 'proposed' THEN
        PERFORM kernel_refuse('not_proposed', 'this does not wait for anybody any more');
    ELSIF p_agrees AND loss.made_by = p_actor THEN
        PERFORM kernel_refuse('same_person', 'a second person has to agree');
    ELSIF p_agrees AND loss.kind = 'keep' AND NOT EXISTS (SELECT 1 FROM payments_receipt_loss_lines(p_loss) line WHERE line.id = loss.kept_on) THEN
        PERFORM kernel_refuse('no_line', 'the other line does not wait any more');
    ELSIF p_agrees AND loss.kind = 'return' AND EXISTS (SELECT 1 FROM payments_receipt_act a WHERE a.receipt_id = receipt.id AND a.kind = 'return' AND a.state = 'paid') THEN
        PERFORM kernel_refuse('paid_out', 'a part of it was paid out to the sender already: get that back first');
    ELSIF p_agrees AND loss.kind = 'return' AND receipt.state IN ('new', 'matched') THEN
        PERFORM kernel_refuse('under_way', 'it is being posted at this moment: try again in a minute');
    END IF;
    IF NOT p_agrees THEN
        UPDATE payments_receipt_loss SET state = 'open', kind = NULL, kept_on = NULL, reason = '', made_by = '' WHERE id = p_loss;
        RETURN;
    END IF;
    UPDATE payments_receipt_loss SET state = CASE kind WHEN 'keep' THEN 'kept' ELSE 'returned' END, decided_by = p_actor, decided_at = clock_timestamp() WHERE id = p_loss;
    IF loss.kind = 'keep' THEN
        SELECT * INTO kept FROM payments_receipt WHERE id = loss.kept_on FOR NO KEY UPDATE;
        SELECT e.match_id INTO v_match FROM payments_recon_entry e JOIN payments_recon_match m ON m.id = e.match_id AND m.state = 'made'
            WHERE e.side = 'books' AND e.account_number = 'HOUSE' AND e.reference = 'receipt:' || kept.id ORDER BY e.id LIMIT 1;
        IF v_match IS NOT NULL THEN
            PERFORM payments_recon_undo(v_match, 'the line is money that was posted before', p_on, p_actor);
        END IF;
        PERFORM payments_receipt_withdraw(kept.id);
        UPDATE payments_receipt SET line_day = kept.line_day, position = kept.position WHERE id = receipt.id;
        RETURN;
    END IF;
    UPDATE payments_receipt_act SET state = 'rejected', decided_by = p_actor, decided_at = clock_timestamp() WHERE receipt_id = receipt.id AND state = 'proposed';
    IF receipt.open_cents > 0 THEN
        PERFORM ledger_post('HOUSE', 2020::smallint, payments_receipt_stands(receipt), receipt.open_cents, 'receipt', ledger_open_on(p_on), 'receipt:' || receipt.id);
        UPDATE payments_receipt SET open_cents = 0, state = 'worked' WHERE id = receipt.id;
    END IF;
    FOR made IN SELECT id, amount_cents FROM payments_receipt_act WHERE receipt_id = receipt.id AND kind = 'return' AND state = 'made' ORDER BY id LOOP
        PERFORM ledger_post('HOUSE', 2030::smallint, payments_receipt_stands(receipt), made.amount_cents, 'receipt', ledger_open_on(p_on), 'receipt:' || receipt.id || ':return:' || made.id);
        UPDATE payments_receipt_act SET state = 'rejected', decided_by = p_actor, decided_at = clock_timestamp() WHERE id = made.id;
    END LOOP;
    FOR made IN
        SELECT p.account_number, p.id FROM payments_receipt_made(receipt.id) p WHERE p.status IN ('accepted', 'settled') ORDER BY p.account_number, p.id
    LOOP
        PERFORM payments_reverse(made.account_number, made.id, 'returned', loss.reason, ledger_open_on(p_on), p_actor);
    END LOOP;
END $$;
