-- What happens to a payment afterwards: settlement, allocations moved, reversal, refunds, merged accounts.

-- Take an accepted payment that a refusal would leave untouched; the caller holds no lock yet.
-- Refuses: unknown_payment.
CREATE FUNCTION payments_locked(p_account text, p_payment bigint) RETURNS payments_payment
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    payment payments_payment;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT * INTO payment FROM payments_payment WHERE account_number = p_account AND id = p_payment;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_payment');
    END IF;
    RETURN payment;
END $$;

-- The bank has the money, less what refunds took out of clearing before. Again does nothing.
-- Refuses: unknown_payment, not_allowed.
CREATE FUNCTION payments_settled(p_account text, p_payment bigint, p_on date, p_actor text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    payment payments_payment := payments_locked(p_account, p_payment);
    v_sent bigint := (SELECT coalesce(sum(amount_cents), 0) FROM payments_refund
                      WHERE account_number = p_account AND payment_id = p_payment AND status = 'sent' AND moved_to IS NULL);
BEGIN
    IF payment.status = 'settled' THEN
        RETURN false;
    ELSIF payment.status <> 'accepted' THEN
        PERFORM kernel_refuse('not_allowed', format('a payment that is %s cannot be settled', payment.status));
    END IF;
    PERFORM payments_step(p_account, p_payment, 'accepted', 'settled', p_actor);
    IF payment.method <> 'transfer' AND payments_clearing(payment.method) <> 1010 THEN
        PERFORM ledger_post(p_account, 1010::smallint, payments_clearing(payment.method), payment.amount_cents - v_sent, 'settlement', p_on, 'payment:' || p_payment);
    END IF;
    RETURN true;
END $$;

-- Take p_amount of what a payment settled back from one bill; it becomes unapplied credit of that payment.
-- Refuses: unknown_payment, beyond_allocated.
CREATE FUNCTION payments_take_back(p_account text, p_payment bigint, p_bill bigint, p_amount bigint, p_on date, p_actor text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    payment payments_payment := payments_locked(p_account, p_payment);
    v_month date;
    v_line text;
    v_allocated bigint;
    v_rows integer;
BEGIN
    SELECT sum(amount_cents), count(*), min(bill_month) INTO v_allocated, v_rows, v_month
    FROM payments_allocation WHERE account_number = p_account AND payment_id = p_payment AND bill_id = p_bill;
    IF p_amount <= 0 OR coalesce(v_allocated, 0) < p_amount THEN
        PERFORM kernel_refuse('beyond_allocated', 'the payment settles less of this bill than that');
    END IF;
    INSERT INTO payments_allocation (account_number, payment_id, bill_month, bill_id, position, amount_cents, actor)
    VALUES (p_account, p_payment, v_month, p_bill, v_rows + 1, -p_amount, p_actor);
    UPDATE billing_bill SET open_cents = open_cents + p_amount
        WHERE account_number = p_account AND month = v_month AND id = p_bill RETURNING line INTO v_line;
    PERFORM ledger_post(p_account, billing_receivable(v_line), 2010::smallint, p_amount, 'take_back', p_on, 'payment:' || p_payment);
    UPDATE ledger_balance SET unsettled_since = least(unsettled_since, v_month) WHERE account_number = p_account;
    UPDATE payments_payment SET unapplied_cents = unapplied_cents + p_amount WHERE account_number = p_account AND id = p_payment;
END $$;

-- Put unapplied credit of one payment on bills; return what is still unapplied.
-- Refuses: unknown_payment, no_credit, unknown_bill.
CREATE FUNCTION payments_apply(p_account text, p_payment bigint, p_amount bigint, p_bills bigint[], p_line_order text[], p_on date, p_actor text)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    payment payments_payment := payments_locked(p_account, p_payment);
    v_since date := (SELECT unsettled_since FROM ledger_balance WHERE account_number = p_account);
    v_left bigint;
BEGIN
    IF p_amount <= 0 OR payment.unapplied_cents < p_amount THEN
        PERFORM kernel_refuse('no_credit', 'the payment has less credit left than that');
    ELSIF NOT payments_knows_bills(p_account, p_bills) THEN
        PERFORM kernel_refuse('unknown_bill', 'the account has no such bill');
    END IF;
    v_left := payments_settle_bills(p_account, p_payment, p_amount, p_bills, p_line_order, v_since, 2010::smallint, 'apply_credit', p_on, p_actor);
    UPDATE payments_payment SET unapplied_cents = unapplied_cents - (p_amount - v_left) WHERE account_number = p_account AND id = p_payment;
    RETURN payment.unapplied_cents - (p_amount - v_left);
END $$;

-- Put what an account holds as credit on its open bills by the rule, the oldest payment's first; return how
-- much was put.
CREATE FUNCTION payments_use_credit(p_account text, p_line_order text[], p_on date, p_actor text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    held record;
    v_left bigint;
    v_used bigint := 0;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    FOR held IN SELECT id, unapplied_cents FROM payments_payment
        WHERE account_number = p_account AND unapplied_cents > 0 AND status IN ('accepted', 'settled') ORDER BY id
    LOOP
        v_left := payments_apply(p_account, held.id, held.unapplied_cents, '{}', p_line_order, p_on, p_actor);
        v_used := v_used + held.unapplied_cents - v_left;
        EXIT WHEN v_left > 0;
    END LOOP;
    RETURN v_used;
END $$;

-- Undo a payment whole: voided, returned or charged back. Every transfer it caused is reversed by name,
-- and every bill it settled is open again. Credit that moved on with a merge is fetched
-- back first. What was refunded already cannot come back twice: then only the rest is taken, from credit.
-- Refuses: unknown_payment, already_reversed, not_allowed.
CREATE FUNCTION payments_reverse(p_account text, p_payment bigint, p_status text, p_reason text, p_on date, p_actor text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    payment payments_payment := payments_locked(p_account, p_payment);
    v_reference text := 'payment:' || p_payment;
    v_refunded bigint := payment.refunded_cents;
    allocated record;
    v_transfer bigint;
BEGIN
    IF payment.status IN ('voided', 'returned', 'charged_back', 'refunded') THEN
        PERFORM kernel_refuse('already_reversed', format('the payment is %s already', payment.status));
    ELSIF p_status NOT IN ('voided', 'returned', 'charged_back') OR payment.status NOT IN ('accepted', 'settled')
          OR (p_status = 'voided' AND (payment.status <> 'accepted' OR v_refunded > 0)) THEN
        PERFORM kernel_refuse('not_allowed', format('a payment that is %s cannot be %s', payment.status, p_status));
    END IF;
    IF p_status = 'voided' AND payment.gateway <> '' THEN
        PERFORM kernel_refuse('not_allowed', 'what a gateway took is given back with a refund, not voided');
    END IF;
    v_refunded := v_refunded - payments_fetch_moved(p_account, p_payment, p_status, p_reason, p_on, p_actor);
    PERFORM payments_step(p_account, p_payment, payment.status, p_status, p_actor, p_reason);
    IF v_refunded > 0 THEN
        FOR allocated IN
            SELECT bill_id, sum(amount_cents)::bigint AS cents FROM payments_allocation
            WHERE account_number = p_account AND payment_id = p_payment GROUP BY bill_id HAVING sum(amount_cents) > 0 ORDER BY bill_id
        LOOP
            PERFORM payments_take_back(p_account, p_payment, allocated.bill_id, allocated.cents, p_on, p_actor);
        END LOOP;
        IF payment.amount_cents > v_refunded THEN
            PERFORM ledger_post(p_account, 2010::smallint,
                (CASE payment.status WHEN 'settled' THEN 1010 ELSE payments_clearing(payment.method) END)::smallint,
                payment.amount_cents - v_refunded, p_status, p_on, v_reference);
        END IF;
    ELSE
        FOR allocated IN
            SELECT bill_id, bill_month, sum(amount_cents)::bigint AS cents, count(*) AS rows FROM payments_allocation
            WHERE account_number = p_account AND payment_id = p_payment GROUP BY bill_id, bill_month HAVING sum(amount_cents) > 0
        LOOP
            INSERT INTO payments_allocation (account_number, payment_id, bill_month, bill_id, position, amount_cents, actor)
            VALUES (p_account, p_payment, allocated.bill_month, allocated.bill_id, allocated.rows + 1, -allocated.cents, p_actor);
            UPDATE billing_bill SET open_cents = open_cents + allocated.cents
                WHERE account_number = p_account AND month = allocated.bill_month AND id = allocated.bill_id;
            UPDATE ledger_balance SET unsettled_since = least(unsettled_since, allocated.bill_month) WHERE account_number = p_account;
        END LOOP;
        FOR v_transfer IN
            -- Newest first would do for this payment alone. But another may have settled what was taken back
            -- from this one, so what adds to balances goes before what takes from them: none is ever negative.
            SELECT id FROM ledger_transfer t WHERE account_number = p_account AND reference = v_reference AND reverses IS NULL
            ORDER BY CASE WHEN credit < 2000 THEN 1 WHEN debit < 2000 THEN 3 ELSE 2 END, recorded_at DESC, id DESC
        LOOP
            PERFORM ledger_reverse(p_account, v_transfer, p_status, p_on, v_reference);
        END LOOP;
    END IF;
    UPDATE payments_payment SET unapplied_cents = 0 WHERE account_number = p_account AND id = p_payment;
END $$;

CREATE TYPE payments_refunding AS (refund_id bigint, status text, repeated boolean);

-- Set money of one payment aside to go back to its tender: credit first, then from the bills it settled,
-- the last one first. The gateway is called after this is committed. The same key returns the first refund.
-- Refuses: unknown_payment, not_allowed, beyond_payment, key_reused.
CREATE FUNCTION payments_refund_begin(p_account text, p_payment bigint, p_key text, p_amount bigint, p_reason text, p_on date, p_actor text)
RETURNS payments_refunding LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    payment payments_payment := payments_locked(p_account, p_payment);
    known payments_refund;
    allocated record;
    v_missing bigint;
    v_part bigint;
    v_id bigint;
BEGIN
    SELECT * INTO known FROM payments_refund WHERE account_number = p_account AND key = p_key AND status <> 'failed';
    IF FOUND THEN
        IF (known.payment_id, known.amount_cents) <> (p_payment, p_amount) THEN
            PERFORM kernel_refuse('key_reused', 'this key was used for another refund');
        END IF;
        RETURN (known.id, known.status, true);
    END IF;
    IF payment.status NOT IN ('accepted', 'settled') THEN
        PERFORM kernel_refuse('not_allowed', format('a payment that is %s cannot be refunded', payment.status));
    ELSIF p_amount <= 0 OR p_amount > payment.amount_cents - payment.refunded_cents THEN
        PERFORM kernel_refuse('beyond_payment', 'more than is left of the payment');
    END IF;
    v_missing := p_amount - payment.unapplied_cents;
    FOR allocated IN
        SELECT bill_id, sum(amount_cents)::bigint AS cents FROM payments_allocation
        WHERE account_number = p_account AND payment_id = p_payment
        GROUP BY bill_id HAVING sum(amount_cents) > 0 ORDER BY bill_id DESC
    LOOP
        EXIT WHEN v_missing <= 0;
        v_part := least(v_missing, allocated.cents);
        PERFORM payments_take_back(p_account, p_payment, allocated.bill_id, v_part, p_on, p_actor);
        v_missing := v_missing - v_part;
    END LOOP;
    PERFORM ledger_post(p_account, 2010::smallint, 2030::smallint, p_amount, 'refund', p_on, 'payment:' || p_payment);
    UPDATE payments_payment SET unapplied_cents = unapplied_cents - p_amount, refunded_cents = refunded_cents + p_amount
        WHERE account_number = p_account AND id = p_payment;
    INSERT INTO payments_refund (account_number, payment_id, key, amount_cents, status, reason, actor)
    VALUES (p_account, p_payment, p_key, p_amount, 'requested', p_reason, p_actor) RETURNING id INTO v_id;
    IF payment.refunded_cents + p_amount = payment.amount_cents THEN
        PERFORM payments_step(p_account, p_payment, payment.status, 'refunded', p_actor, p_reason);
    END IF;
    RETURN (v_id, 'requested'::text, false);
END $$;

-- Record that a refund left, or that it failed: even one that left may come back. Its money is credit again,
-- or goes to the bank when that took the whole payment back meanwhile. A failed refund is over; again does nothing.
-- Refuses: unknown_refund.
CREATE FUNCTION payments_refund_finish(p_account text, p_refund bigint, p_sent boolean, p_gateway_reference text, p_on date, p_actor text)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    refund payments_refund;
    payment payments_payment;
    v_reference text;
    v_was_settled boolean;
    v_money smallint;
    v_status text := CASE WHEN p_sent THEN 'sent' ELSE 'failed' END;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT * INTO refund FROM payments_refund WHERE account_number = p_account AND id = p_refund;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_refund');
    ELSIF refund.status IN (v_status, 'failed') THEN
        RETURN refund.status;
    END IF;
    SELECT * INTO payment FROM payments_payment WHERE account_number = p_account AND id = refund.payment_id;
    v_reference := 'payment:' || payment.id;
    v_was_settled := EXISTS (SELECT 1 FROM payments_move WHERE account_number = p_account AND payment_id = payment.id AND to_status = 'settled');
    v_money := CASE WHEN v_was_settled OR payment.method = 'transfer' THEN 1010 ELSE payments_clearing(payment.method) END;
    IF p_sent THEN
        PERFORM ledger_post(p_account, 2030::smallint, v_money, refund.amount_cents, 'refund_sent', p_on, v_reference);
    ELSE
        IF refund.status = 'sent' THEN
            PERFORM ledger_post(p_account, v_money, 2030::smallint, refund.amount_cents, 'refund_failed', p_on, v_reference);
        END IF;
        UPDATE payments_payment SET refunded_cents = refunded_cents - refund.amount_cents
            WHERE account_number = p_account AND id = payment.id;
        IF payment.status IN ('returned', 'charged_back') THEN
            PERFORM ledger_post(p_account, 2030::smallint, v_money, refund.amount_cents, payment.status, p_on, v_reference);
        ELSE
            PERFORM ledger_post(p_account, 2030::smallint, 2010::smallint, refund.amount_cents, 'refund_failed', p_on, v_reference);
            UPDATE payments_payment SET unapplied_cents = unapplied_cents + refund.amount_cents
                WHERE account_number = p_account AND id = payment.id;
        END IF;
        IF payment.status = 'refunded' THEN
            PERFORM payments_step(p_account, payment.id, 'refunded', CASE WHEN v_was_settled THEN 'settled' ELSE 'accepted' END,
                                  p_actor, 'the refund came back');
        END IF;
    END IF;
    UPDATE payments_refund SET status = v_status,
        gateway_reference = CASE WHEN p_gateway_reference <> '' THEN p_gateway_reference ELSE gateway_reference END
        WHERE account_number = p_account AND id = p_refund;
    RETURN v_status;
END $$;

-- Keep what the gateway calls a refund it is still sending, so that it is never asked to send it again.
CREATE FUNCTION payments_note_refund(p_account text, p_refund bigint, p_gateway_reference text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE payments_refund SET gateway_reference = p_gateway_reference
    WHERE account_number = p_account AND id = p_refund AND status = 'requested'
$$;
