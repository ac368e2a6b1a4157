-- As before, with each bill moved by the room that keeps bills, which remembers where it came from.
CREATE OR REPLACE FUNCTION payments_move_account(p_from text, p_into text, p_line_order text[], p_on date, p_actor text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bill billing_bill;
    payment payments_payment;
    v_refund bigint;
    v_moved integer := 0;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number IN (p_from, p_into) ORDER BY account_number FOR NO KEY UPDATE;
    FOR bill IN SELECT * FROM billing_bill WHERE account_number = p_from AND open_cents > 0 ORDER BY month, id LOOP
        PERFORM billing_move(p_from, bill.id, p_into, p_on, p_actor);
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
