-- Joining accounts: what is owed and held moves on, and what a merged account gets later follows.

-- Move what one account owes and holds to another, whose number it is about to lead to. Its history stays.
-- Open bills move as new bills with the same dates. Credit of each payment leaves as a refund sent to the
-- other account and arrives there as a payment of method 'transfer'. Returns how many bills moved.
CREATE FUNCTION payments_move_account(p_from text, p_into text, p_line_order text[], p_on date, p_actor text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bill billing_bill;
    payment payments_payment;
    v_bill bigint;
    v_refund bigint;
    v_times integer;
    v_moved integer := 0;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number IN (p_from, p_into) ORDER BY account_number FOR NO KEY UPDATE;
    FOR bill IN SELECT * FROM billing_bill WHERE account_number = p_from AND open_cents > 0 ORDER BY month, id LOOP
        -- A bill that is opened again after it moved moves again.
        SELECT count(*) INTO v_times FROM billing_adjustment
            WHERE account_number = p_from AND bill_month = bill.month AND bill_id = bill.id AND kind = 'move';
        v_bill := billing_raise(p_into, format('moved:%s:%s', bill.id, v_times), bill.line, bill.title, bill.member_id, bill.issued_on, bill.due_on,
            jsonb_build_array(jsonb_build_object('description', bill.title, 'amount_cents', bill.open_cents)), 1900::smallint);
        IF bill.held THEN
            PERFORM billing_hold(p_into, v_bill, true);
        END IF;
        PERFORM billing_adjust(p_from, bill.id, -bill.open_cents, 'move', 1900::smallint, 'moved to the joined account', p_actor, p_on);
        v_moved := v_moved + 1;
    END LOOP;
    FOR payment IN SELECT * FROM payments_payment WHERE account_number = p_from AND unapplied_cents > 0 ORDER BY id LOOP
        v_refund := nextval('payments_refund_id');
        PERFORM ledger_post(p_from, 2010::smallint, 1900::smallint, payment.unapplied_cents, 'move', p_on, 'payment:' || payment.id);
        INSERT INTO payments_refund (account_number, id, payment_id, key, amount_cents, status, reason, actor, moved_to)
        VALUES (p_from, v_refund, payment.id, 'moved:' || v_refund, payment.unapplied_cents, 'sent', 'moved to the joined account', p_actor, p_into);
        UPDATE payments_payment SET refunded_cents = refunded_cents + payment.unapplied_cents, unapplied_cents = 0
            WHERE account_number = p_from AND id = payment.id;
        PERFORM payments_post(p_into, 'moved:' || v_refund, payment.unapplied_cents, 'transfer', 'desk', '{}', p_line_order, p_on, 'account', p_actor);
    END LOOP;
    RETURN v_moved;
END $$;

-- Move on what a merged account owes or holds again: a late approval, a bill opened by a returned payment,
-- a refund that came back. Credit may have passed through several, so all that were merged into the same
-- account are looked at. Does nothing for an account that was not merged.
CREATE FUNCTION payments_follow_merge(p_account text, p_line_order text[], p_on date, p_actor text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT payments_move_account(number, merged_into, p_line_order, p_on, p_actor) FROM accounts_account
    WHERE merged_into = (SELECT merged_into FROM accounts_account WHERE number = p_account) ORDER BY number
$$;

-- Fetch credit of a payment back from the accounts it moved on to, as credit of the payment; return how much.
-- What was paid out from there stays refunded. The caller holds the account's balance row.
CREATE FUNCTION payments_fetch_moved(p_account text, p_payment bigint, p_status text, p_reason text, p_on date, p_actor text)
RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moved payments_refund;
    arrived payments_payment;
    v_fetched bigint := 0;
BEGIN
    FOR moved IN SELECT * FROM payments_refund
        WHERE account_number = p_account AND payment_id = p_payment AND moved_to IS NOT NULL AND status = 'sent' ORDER BY id
    LOOP
        PERFORM 1 FROM ledger_balance WHERE account_number = moved.moved_to FOR NO KEY UPDATE;
        SELECT * INTO arrived FROM payments_payment WHERE account_number = moved.moved_to AND key = moved.key;
        CONTINUE WHEN arrived.status <> 'accepted' OR EXISTS (
            SELECT 1 FROM payments_refund WHERE account_number = moved.moved_to AND payment_id = arrived.id
            AND moved_to IS NULL AND status <> 'failed');
        PERFORM payments_reverse(moved.moved_to, arrived.id, p_status, p_reason, p_on, p_actor);
        PERFORM ledger_post(p_account, 1900::smallint, 2010::smallint, moved.amount_cents, 'move_back', p_on, 'payment:' || p_payment);
        UPDATE payments_refund SET status = 'failed' WHERE account_number = p_account AND id = moved.id;
        UPDATE payments_payment SET refunded_cents = refunded_cents - moved.amount_cents, unapplied_cents = unapplied_cents + moved.amount_cents
            WHERE account_number = p_account AND id = p_payment;
        v_fetched := v_fetched + moved.amount_cents;
    END LOOP;
    RETURN v_fetched;
END $$;
