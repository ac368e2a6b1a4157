-- The door books late money in the first open month, and gives a payment with its receipt in one round trip.

-- The day a payment is booked on: its own, unless that is in a month that is closed. What counts for the member
-- stays the payment's own day. Only months that are over can be closed, so that nothing is looked up for this one.
CREATE FUNCTION payments_booked_on(p_effective_on date) RETURNS date LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp AS $$
BEGIN
    RETURN CASE WHEN p_effective_on < date_trunc('month', current_date)::date THEN ledger_open_on(p_effective_on) ELSE p_effective_on END;
END $$;

-- Settle bills of one account with p_amount that the payment holds, and return what is left over.
-- By the rule a bill in a payment plan comes last: its instalments are paid by the plan, and money meant for a
-- premium would otherwise be spent on it.
-- The caller holds the account's balance row. p_from is the code the money comes from: clearing for a
-- payment just made, which keeps what is left as credit; unapplied credit for one made before.
CREATE OR REPLACE FUNCTION payments_settle_bills(
    p_account text, p_payment bigint, p_amount bigint, p_bills bigint[], p_line_order text[], p_since date,
    p_from smallint, p_kind text, p_effective_on date, p_actor text, p_until date DEFAULT 'infinity'
) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    bill record;
    v_left bigint := p_amount;
    v_part bigint;
    v_position smallint := 1;
    v_premium bigint := 0;
    v_medical bigint := 0;
    v_pharmacy bigint := 0;
    v_named boolean := cardinality(p_bills) > 0;
BEGIN
    FOR bill IN
        SELECT b.month, b.id, b.line, b.open_cents FROM billing_bill b
        WHERE b.account_number = p_account AND b.month BETWEEN p_since AND p_until AND b.open_cents > 0
          AND CASE WHEN v_named THEN b.id = ANY (p_bills) ELSE NOT b.held END
        ORDER BY CASE WHEN v_named THEN array_position(p_bills, b.id) END, b.plan_id IS NOT NULL, b.due_on, array_position(p_line_order, b.line), b.id
    LOOP
        EXIT WHEN v_left = 0;
        v_part := least(v_left, bill.open_cents);
        v_left := v_left - v_part;
        UPDATE billing_bill SET open_cents = open_cents - v_part
            WHERE account_number = p_account AND month = bill.month AND id = bill.id;
        IF p_from = 2010 THEN
            v_position := (SELECT count(*) + 1 FROM payments_allocation
                           WHERE account_number = p_account AND payment_id = p_payment AND bill_id = bill.id);
        END IF;
        INSERT INTO payments_allocation (account_number, payment_id, bill_month, bill_id, position, amount_cents, actor)
        VALUES (p_account, p_payment, bill.month, bill.id, v_position, v_part, p_actor);
        CASE bill.line WHEN 'premium' THEN v_premium := v_premium + v_part;
                       WHEN 'medical' THEN v_medical := v_medical + v_part;
                       ELSE v_pharmacy := v_pharmacy + v_part; END CASE;
    END LOOP;
    PERFORM ledger_settle(p_account, p_from, v_premium, v_medical, v_pharmacy, CASE p_from WHEN 2010 THEN 0 ELSE v_left END,
                          p_kind, p_effective_on, 'payment:' || p_payment);
    RETURN v_left;
END $$;

-- Take one payment: the one door. p_status is 'accepted' when the money is here (cash, a bank file), or
-- 'authorising' to note the intent before a gateway is called; payments_accept follows with the answer.
-- A key used before with the same contents returns the first payment.
-- Refuses: unknown_account, merged_account, not_positive, key_reused, unknown_bill.
CREATE OR REPLACE FUNCTION payments_post(
    p_account text, p_key text, p_amount bigint, p_method text, p_channel text, p_bills bigint[],
    p_line_order text[], p_effective_on date, p_payer text, p_actor text,
    p_status text DEFAULT 'accepted', p_gateway text DEFAULT '', p_tender text DEFAULT ''
) RETURNS payments_posted LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known payments_payment;
    v_since date;
    v_until date;
    v_closed boolean;
    v_id bigint;
    v_left bigint := 0;
    v_booked_on date := payments_booked_on(p_effective_on);
BEGIN
    SELECT unsettled_since, billed_until, closed INTO v_since, v_until, v_closed FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_account');
    ELSIF v_closed THEN
        PERFORM kernel_refuse('merged_account', 'the account was joined to another');
    ELSIF p_amount <= 0 THEN
        PERFORM kernel_refuse('not_positive', 'a payment is more than nothing');
    END IF;
    SELECT * INTO known FROM payments_payment WHERE account_number = p_account AND key = p_key AND status <> 'declined'
        ORDER BY overtook LIMIT 1;
    IF FOUND THEN
        IF NOT payments_is_repeat(known, p_amount, p_method, p_channel, p_bills, p_payer) THEN
            PERFORM kernel_refuse('key_reused', 'this key was used for another payment');
        END IF;
        RETURN (known.id, known.status::text, true, known.unapplied_cents::bigint);
    END IF;
    IF cardinality(p_bills) > 0 AND NOT payments_knows_bills(p_account, p_bills) THEN
        PERFORM kernel_refuse('unknown_bill', 'the account has no such bill');
    END IF;
    v_id := nextval('payments_payment_id');
    INSERT INTO payments_payment (account_number, id, key, amount_cents, method, channel, bills, status, gateway, tender, payer, effective_on)
    VALUES (p_account, v_id, p_key, p_amount, p_method, p_channel, p_bills, p_status, p_gateway, p_tender, p_payer, p_effective_on);
    INSERT INTO payments_move (account_number, payment_id, from_status, to_status, actor) VALUES (p_account, v_id, '', p_status, p_actor);
    IF p_status = 'accepted' THEN
        v_left := payments_settle_bills(p_account, v_id, p_amount, p_bills, p_line_order, v_since,
                                        payments_clearing(p_method), 'payment', v_booked_on, p_actor, v_until);
        IF v_left > 0 THEN
            UPDATE payments_payment SET unapplied_cents = v_left WHERE account_number = p_account AND id = v_id;
        END IF;
    END IF;
    RETURN (v_id, p_status, false, v_left);
END $$;

-- Record a gateway's answer to an intent. The same one again, or a decline after the approval, changes nothing.
-- An approval after a decline is taken, because the money was: it is never lost for coming late. When the
-- account was merged meanwhile, what arrived moves on to the joined one.
-- Refuses: unknown_payment.
CREATE OR REPLACE FUNCTION payments_answer(
    p_account text, p_payment bigint, p_status text, p_gateway_reference text, p_tender text,
    p_line_order text[], p_effective_on date, p_actor text, p_reason text
) RETURNS payments_posted LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    payment payments_payment;
    v_since date;
    v_until date;
    v_closed boolean;
    v_left bigint := 0;
    v_booked_on date := payments_booked_on(p_effective_on);
BEGIN
    SELECT unsettled_since, billed_until, closed INTO v_since, v_until, v_closed FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    SELECT * INTO payment FROM payments_payment WHERE account_number = p_account AND id = p_payment;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_payment');
    ELSIF payment.status NOT IN ('authorising', 'unknown', 'declined') OR NOT payments_may_move(payment.status, p_status) THEN
        -- Late or again: what is known says more than this answer.
        RETURN (payment.id, payment.status::text, true, payment.unapplied_cents::bigint);
    END IF;
    UPDATE payments_payment SET overtook = id WHERE account_number = p_account AND id = p_payment AND status = 'declined';
    PERFORM payments_step(p_account, p_payment, payment.status, p_status, p_actor, p_reason);
    IF p_status = 'accepted' THEN
        v_left := payments_settle_bills(p_account, p_payment, payment.amount_cents, payment.bills, p_line_order, v_since,
                                        payments_clearing(payment.method), 'payment', v_booked_on, p_actor, v_until);
    END IF;
    UPDATE payments_payment SET
        unapplied_cents = v_left,
        effective_on = CASE WHEN p_status = 'accepted' THEN p_effective_on ELSE effective_on END,
        gateway_reference = CASE WHEN p_gateway_reference <> '' THEN p_gateway_reference ELSE gateway_reference END,
        tender = CASE WHEN p_tender <> '' THEN p_tender ELSE tender END
    WHERE account_number = p_account AND id = p_payment;
    IF v_closed THEN
        PERFORM payments_follow_merge(p_account, p_line_order, v_booked_on, p_actor);
    END IF;
    RETURN (p_payment, p_status, false, v_left);
END $$;

-- Post the rows of accounts from p_first up to, not including, p_next (null for all that follow).
-- Locks the balance rows of these accounts, in their order.
CREATE OR REPLACE FUNCTION payments_batch_post(p_batch text, p_first text, p_next text, p_line_order text[], p_actor text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    named record;
    answer payments_posted;
    v_posted bigint := 0;
    v_count bigint;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number IN (
        SELECT account_number FROM payments_batch_row
        WHERE batch = p_batch AND outcome IS NULL AND account_number >= p_first AND (p_next IS NULL OR account_number < p_next)
    ) ORDER BY account_number FOR NO KEY UPDATE;
    -- Keys the account knows already.
    UPDATE payments_batch_row r SET payment_id = p.id, outcome = CASE
        WHEN payments_is_repeat(p, r.amount_cents, r.method, r.channel, CASE WHEN r.bill_id IS NULL THEN '{}' ELSE ARRAY[r.bill_id] END, r.payer)
        THEN 'repeated' ELSE 'key_reused' END
    FROM payments_payment p
    WHERE r.batch = p_batch AND r.outcome IS NULL AND r.account_number >= p_first AND (p_next IS NULL OR r.account_number < p_next)
      AND p.account_number = r.account_number AND p.key = r.key AND p.status <> 'declined';
    -- Accounts of which some row names a bill, or that were merged just now, are served one row at a time.
    FOR named IN
        SELECT * FROM payments_batch_row r
        WHERE batch = p_batch AND outcome IS NULL AND account_number >= p_first AND (p_next IS NULL OR account_number < p_next)
          AND (EXISTS (SELECT 1 FROM payments_batch_row n WHERE n.batch = p_batch AND n.account_number = r.account_number AND n.bill_id IS NOT NULL)
               OR EXISTS (SELECT 1 FROM ledger_balance b WHERE b.account_number = r.account_number AND b.closed))
        ORDER BY account_number, position
    LOOP
        BEGIN
            answer := payments_post((SELECT coalesce(merged_into, number) FROM accounts_account WHERE number = named.account_number),
                named.key, named.amount_cents, named.method, named.channel,
                CASE WHEN named.bill_id IS NULL THEN '{}' ELSE ARRAY[named.bill_id] END, p_line_order, named.effective_on,
                named.payer, p_actor, 'accepted', '', named.tender);
            UPDATE payments_batch_row SET payment_id = answer.payment_id, outcome = CASE WHEN answer.repeated THEN 'repeated' ELSE 'posted' END
                WHERE batch = p_batch AND position = named.position;
            IF NOT answer.repeated THEN
                v_posted := v_posted + 1;
                INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
                VALUES (p_actor, 'payment.accepted', named.account_number, jsonb_build_object('payment_id', answer.payment_id, 'batch', p_batch), '');
            END IF;
        EXCEPTION WHEN SQLSTATE 'OM001' THEN
            UPDATE payments_batch_row SET outcome = SQLERRM WHERE batch = p_batch AND position = named.position;
        END;
    END LOOP;

    CREATE TEMP TABLE batch_payment ON COMMIT DROP AS
        SELECT account_number, nextval('payments_payment_id') AS id, position, key, amount_cents, method, channel, payer, tender, effective_on,
               sum(amount_cents) OVER (PARTITION BY account_number ORDER BY position)::bigint AS upto
        FROM payments_batch_row
        WHERE batch = p_batch AND outcome IS NULL AND account_number >= p_first AND (p_next IS NULL OR account_number < p_next)
        ORDER BY account_number, position;
    ANALYZE batch_payment;
    -- Lay the account's payments and its open bills end to end; where they overlap, one settles the other.
    CREATE TEMP TABLE batch_allocation ON COMMIT DROP AS
        WITH bill AS (
            SELECT b.account_number, b.month, b.id, b.line, b.open_cents,
                   sum(b.open_cents) OVER (PARTITION BY b.account_number
                       ORDER BY b.plan_id IS NOT NULL, b.due_on, array_position(p_line_order, b.line::text), b.id)::bigint AS upto
            FROM (SELECT DISTINCT account_number FROM batch_payment) touched
            JOIN ledger_balance balance USING (account_number)
            JOIN billing_bill b ON b.account_number = touched.account_number
                AND b.month BETWEEN balance.unsettled_since AND balance.billed_until AND b.open_cents > 0 AND NOT b.held
        )
        SELECT p.account_number, p.id AS payment_id, bill.month, bill.id AS bill_id, bill.line,
               least(p.upto, bill.upto) - greatest(p.upto - p.amount_cents, bill.upto - bill.open_cents) AS cents
        FROM batch_payment p JOIN bill ON bill.account_number = p.account_number
            AND bill.upto - bill.open_cents < p.upto AND p.upto - p.amount_cents < bill.upto;
    ANALYZE batch_allocation;
    CREATE TEMP TABLE batch_transfer ON COMMIT DROP AS
        WITH part AS (
            SELECT account_number, payment_id, billing_receivable(line) AS credit, sum(cents)::bigint AS cents
            FROM batch_allocation GROUP BY 1, 2, 3
            UNION ALL
            SELECT p.account_number, p.id, 2010::smallint, p.amount_cents - coalesce(a.cents, 0)
            FROM batch_payment p
            LEFT JOIN (SELECT payment_id, sum(cents)::bigint AS cents FROM batch_allocation GROUP BY 1) a ON a.payment_id = p.id
            WHERE p.amount_cents > coalesce(a.cents, 0)
        )
        SELECT nextval('ledger_transfer_id') AS id, part.account_number, part.payment_id, payments_clearing(p.method) AS debit,
               part.credit, part.cents, payments_booked_on(p.effective_on) AS effective_on, 'payment:' || part.payment_id AS reference
        FROM part JOIN batch_payment p ON p.id = part.payment_id
        ORDER BY part.account_number, part.payment_id, part.credit;
    ALTER TABLE batch_transfer ADD seal bigint;
    UPDATE batch_transfer SET seal = ledger_seal(account_number, effective_on, id, debit, credit, cents, 'payment', reference, NULL);
    ANALYZE batch_transfer;

    INSERT INTO payments_payment (account_number, id, key, amount_cents, method, channel, status, tender, payer, effective_on, unapplied_cents)
        SELECT p.account_number, p.id, p.key, p.amount_cents, p.method, p.channel, 'accepted', p.tender, p.payer, p.effective_on, coalesce(t.cents, 0)
        FROM batch_payment p LEFT JOIN batch_transfer t ON t.payment_id = p.id AND t.credit = 2010;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
        SELECT p_actor, 'payment.accepted', account_number, jsonb_build_object('payment_id', id, 'batch', p_batch), '' FROM batch_payment;
    INSERT INTO payments_move (account_number, payment_id, from_status, to_status, actor)
        SELECT account_number, id, '', 'accepted', p_actor FROM batch_payment;
    INSERT INTO payments_allocation (account_number, payment_id, bill_month, bill_id, amount_cents, actor)
        SELECT account_number, payment_id, month, bill_id, cents, p_actor FROM batch_allocation;
    UPDATE billing_bill b SET open_cents = b.open_cents - settled.cents
        FROM (SELECT account_number, month, bill_id, sum(cents)::bigint AS cents FROM batch_allocation GROUP BY 1, 2, 3) settled
        WHERE b.account_number = settled.account_number AND b.month = settled.month AND b.id = settled.bill_id;
    INSERT INTO ledger_transfer (account_number, effective_on, id, debit, credit, amount_cents, kind, reference, seal)
        SELECT account_number, effective_on, id, debit, credit, cents, 'payment', reference, seal FROM batch_transfer;
    UPDATE ledger_balance b SET
        premium_cents = b.premium_cents - t.premium,
        medical_cents = b.medical_cents - t.medical,
        pharmacy_cents = b.pharmacy_cents - t.pharmacy,
        credit_cents = b.credit_cents + t.credit,
        unsettled_since = CASE WHEN b.premium_cents + b.medical_cents + b.pharmacy_cents = t.premium + t.medical + t.pharmacy
                               THEN 'infinity' ELSE b.unsettled_since END,
        version = b.version + t.transfers,
        seal = b.seal # t.seal
    FROM (
        SELECT account_number, count(*) AS transfers, bit_xor(seal) AS seal,
               coalesce(sum(cents) FILTER (WHERE credit = 1210), 0)::bigint AS premium,
               coalesce(sum(cents) FILTER (WHERE credit = 1220), 0)::bigint AS medical,
               coalesce(sum(cents) FILTER (WHERE credit = 1230), 0)::bigint AS pharmacy,
               coalesce(sum(cents) FILTER (WHERE credit = 2010), 0)::bigint AS credit
        FROM batch_transfer GROUP BY account_number
    ) t WHERE b.account_number = t.account_number;
    UPDATE payments_batch_row r SET payment_id = p.id, outcome = 'posted'
        FROM batch_payment p WHERE r.batch = p_batch AND r.position = p.position;
    DROP TABLE batch_transfer, batch_allocation, batch_payment;
    RETURN v_posted + v_count;
END $$;

-- What a payment settles now, as a JSON list of [bill, title, line, cents], the oldest due first; null for nothing.
CREATE FUNCTION payments_settles(p_account text, p_payment bigint) RETURNS jsonb LANGUAGE plpgsql STABLE
SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (
        SELECT jsonb_agg(jsonb_build_array(bill.id, bill.title, bill.line, net.cents) ORDER BY bill.due_on, bill.id)
        FROM (
            SELECT bill_id, bill_month, sum(amount_cents)::bigint AS cents FROM payments_allocation
            WHERE account_number = p_account AND payment_id = p_payment GROUP BY 1, 2 HAVING sum(amount_cents) > 0
        ) net
        CROSS JOIN LATERAL billing_find(p_account, net.bill_month, net.bill_id) bill
    );
END $$;

-- Take one payment through the door, audit it, and return it as it stands with what it settles.
-- Refuses: what payments_post refuses.
CREATE FUNCTION payments_take(
    p_account text, p_key text, p_amount bigint, p_method text, p_channel text, p_bills bigint[],
    p_line_order text[], p_effective_on date, p_payer text, p_actor text, p_status text, p_gateway text, p_tender text,
    OUT payment payments_payment, OUT allocations jsonb
) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    posted payments_posted;
BEGIN
    posted := payments_post(p_account, p_key, p_amount, p_method, p_channel, p_bills, p_line_order, p_effective_on,
                            p_payer, p_actor, p_status, p_gateway, p_tender);
    IF NOT posted.repeated THEN
        INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
        VALUES (p_actor, 'payment.' || posted.status, p_account, jsonb_build_object('payment_id', posted.payment_id), '');
    END IF;
    SELECT * INTO payment FROM payments_payment WHERE account_number = p_account AND id = posted.payment_id;
    allocations := payments_settles(p_account, posted.payment_id);
END $$;
