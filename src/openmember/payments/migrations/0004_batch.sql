-- The door for many payments at once: the same checks and the same books, in sets.

-- What a file asks for. Lost with the server, as it may be: the file is read again, and what was posted by
-- then is a repeat.
CREATE UNLOGGED TABLE payments_batch_row (
    batch text NOT NULL,
    position bigint NOT NULL,
    number text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    amount_cents bigint NOT NULL,
    method text NOT NULL,
    channel text NOT NULL,
    payer text NOT NULL,
    tender text NOT NULL,
    effective_on date NOT NULL,
    bill_id bigint,
    -- Filled while it is worked through.
    account_number varchar(12) COLLATE "C",
    payment_id bigint,
    outcome text CHECK (outcome IN ('posted', 'repeated', 'unknown_account', 'not_positive', 'key_reused', 'unknown_bill')),
    PRIMARY KEY (batch, position)
);

-- Find each row's account, following merges, and refuse what needs no look at the account.
-- Returns the first account number of each range of about p_size rows.
CREATE FUNCTION payments_batch_resolve(p_batch text, p_size integer) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    -- Nothing is known of rows just copied in; without this the joins below are planned for a few.
    ANALYZE payments_batch_row;
    UPDATE payments_batch_row r SET account_number = coalesce(a.merged_into, a.number)
        FROM accounts_account a WHERE r.batch = p_batch AND a.number = r.number;
    UPDATE payments_batch_row SET outcome = CASE WHEN account_number IS NULL THEN 'unknown_account' ELSE 'not_positive' END
        WHERE batch = p_batch AND (account_number IS NULL OR amount_cents <= 0);
    -- A key stands for one payment: a second row with it repeats the first, or contradicts it.
    UPDATE payments_batch_row r SET outcome = CASE WHEN again.same THEN 'repeated' ELSE 'key_reused' END
    FROM (
        SELECT position, row_number() OVER w > 1 AS is_again,
               (amount_cents, method, channel, payer, bill_id) IS NOT DISTINCT FROM
               (first_value(amount_cents) OVER w, first_value(method) OVER w, first_value(channel) OVER w,
                first_value(payer) OVER w, first_value(bill_id) OVER w) AS same
        FROM payments_batch_row WHERE batch = p_batch AND outcome IS NULL
        WINDOW w AS (PARTITION BY account_number, key ORDER BY position)
    ) again
    WHERE r.batch = p_batch AND r.position = again.position AND again.is_again;
    ANALYZE payments_batch_row;
    RETURN QUERY
        SELECT min(account_number)::text FROM (
            SELECT account_number, (row_number() OVER (ORDER BY account_number) - 1) / p_size AS part
            FROM payments_batch_row WHERE batch = p_batch AND outcome IS NULL
        ) ranged GROUP BY part ORDER BY 1;
END $$;

-- Post the rows of accounts from p_first up to, not including, p_next (null for all that follow).
-- Locks the balance rows of these accounts, in their order.
CREATE FUNCTION payments_batch_post(p_batch text, p_first text, p_next text, p_line_order text[], p_actor text) RETURNS bigint
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
                       ORDER BY b.due_on, array_position(p_line_order, b.line::text), b.id)::bigint AS upto
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
               part.credit, part.cents, p.effective_on, 'payment:' || part.payment_id AS reference
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
