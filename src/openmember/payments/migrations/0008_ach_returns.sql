-- What banks send back: matched by trace number and amount, booked in sets as payments_reverse books one.

-- What a file of returns says. Lost with the server, as it may be: the file is read again.
CREATE UNLOGGED TABLE payments_ach_return_row (
    batch text NOT NULL,
    position bigint NOT NULL,
    line bigint NOT NULL,
    code text NOT NULL,
    action text NOT NULL,
    window_kind text NOT NULL,
    stops boolean NOT NULL,
    retries boolean NOT NULL,
    needs_person boolean NOT NULL,
    odfi text NOT NULL,
    sequence integer NOT NULL,
    amount_cents bigint NOT NULL,
    is_debit boolean NOT NULL,
    individual_id text NOT NULL,
    trace text NOT NULL,
    -- Filled while it is worked through.
    account_number varchar(12) COLLATE "C",
    entry_id bigint,
    kind text,
    payment_id bigint,
    is_late boolean NOT NULL DEFAULT false,
    outcome text CHECK (outcome IN ('applied', 'after_refund', 'repeated', 'unmatched', 'ambiguous')),
    PRIMARY KEY (batch, position)
);

-- One entry that came back, and what was done. `claim_bill` asks for what had been refunded before.
CREATE TABLE payments_ach_return (
    account_number varchar(12) COLLATE "C" NOT NULL,
    entry_id bigint NOT NULL,
    code text NOT NULL CHECK (code ~ '^R[0-9]{2}$'),
    action text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('debit', 'credit', 'prenote')),
    amount_cents bigint NOT NULL,
    returned_on date NOT NULL,
    is_late boolean NOT NULL,
    trace text NOT NULL,
    outcome text NOT NULL CHECK (outcome IN ('applied', 'after_refund')),
    claim_account varchar(12) COLLATE "C",
    claim_bill bigint,
    claim_cents bigint NOT NULL DEFAULT 0,
    actor text NOT NULL,
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (account_number, entry_id),
    FOREIGN KEY (account_number, entry_id) REFERENCES payments_ach_entry,
    CHECK ((claim_cents > 0) = (claim_bill IS NOT NULL)),
    CHECK (claim_cents <= amount_cents)
);
CREATE INDEX payments_ach_returned_on ON payments_ach_return (returned_on);
CREATE TRIGGER payments_ach_return_guard BEFORE UPDATE OR DELETE ON payments_ach_return
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER payments_ach_return_truncation BEFORE TRUNCATE ON payments_ach_return
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

-- Find the entry each row speaks of, among the last months' with its trace number, and refuse what came before.
-- Two entries alike in trace and amount are told apart by the payment's id, which the bank repeats; else a
-- person does. Returns the first account number of each range of about p_size rows.
CREATE FUNCTION payments_ach_return_resolve(p_batch text, p_odfi text, p_on date, p_size integer) RETURNS SETOF text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_turns bigint := (SELECT coalesce(max(id), 0) / 9999900 FROM payments_ach_entry);
BEGIN
    ANALYZE payments_ach_return_row;
    CREATE TEMP TABLE ach_found ON COMMIT DROP AS
        SELECT r.position, e.account_number, e.id, e.kind, e.payment_id,
               CASE r.window_kind WHEN 'claim' THEN b.claim_until ELSE b.final_on END < p_on AS is_late,
               count(*) OVER w AS alike, row_number() OVER (w ORDER BY (r.individual_id = e.payment_id::text) DESC NULLS LAST, e.id DESC) AS place,
               r.individual_id = e.payment_id::text AS is_named
        FROM payments_ach_return_row r
        CROSS JOIN LATERAL generate_series(greatest(v_turns - 24, 0), v_turns) turn
        JOIN payments_ach_entry e ON e.id = r.sequence - 1 + turn * 9999900 AND e.state = 'sent'
            AND e.amount_cents = r.amount_cents AND (e.kind <> 'credit') = r.is_debit
        JOIN payments_ach_batch b ON (b.file_id, b.number) = (e.file_id, e.batch)
        WHERE r.batch = p_batch AND r.odfi = p_odfi
        WINDOW w AS (PARTITION BY r.position);
    UPDATE payments_ach_return_row r SET account_number = f.account_number, entry_id = f.id, kind = f.kind, payment_id = f.payment_id, is_late = f.is_late,
           outcome = CASE WHEN f.alike > 1 AND f.is_named IS NOT TRUE THEN 'ambiguous' END
        FROM ach_found f WHERE r.batch = p_batch AND r.position = f.position AND f.place = 1;
    DROP TABLE ach_found;
    UPDATE payments_ach_return_row SET outcome = 'unmatched' WHERE batch = p_batch AND entry_id IS NULL;
    UPDATE payments_ach_return_row r SET outcome = 'repeated' FROM (
        SELECT position, row_number() OVER (PARTITION BY account_number, entry_id ORDER BY position) AS time
        FROM payments_ach_return_row WHERE batch = p_batch AND outcome IS NULL) again
    WHERE r.batch = p_batch AND r.position = again.position AND again.time > 1;
    ANALYZE payments_ach_return_row;
    RETURN QUERY SELECT min(account_number)::text FROM (
            SELECT account_number, (row_number() OVER (ORDER BY account_number) - 1) / p_size AS part
            FROM payments_ach_return_row WHERE batch = p_batch AND outcome IS NULL
        ) ranged GROUP BY part ORDER BY 1;
END $$;

-- Ask a member for money they were refunded and their bank then took back from us as well. Returns the account
-- and the bill. The same payment is claimed once.
CREATE FUNCTION payments_claim_refunded(p_account text, p_payment bigint, p_cents bigint, p_on date, p_due_on date,
    OUT account text, OUT bill bigint
) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    SELECT coalesce(merged_into, number) INTO account FROM accounts_account WHERE number = p_account;
    -- Medical, so that it never stands before a premium or makes one look unpaid.
    bill := billing_raise(account, 'returned-after-refund:' || p_payment, 'medical', 'Payment returned after it was refunded', NULL, p_on, p_due_on,
        jsonb_build_array(jsonb_build_object('description', 'Refund of a payment your bank took back', 'amount_cents', p_cents)), 1010::smallint);
END $$;

-- Apply one row by itself: an entry not accepted yet, one with refunds or on a joined account, a refund that came
-- back, a prenotification. The caller holds the account's balance row.
CREATE FUNCTION payments_ach_return_one(p_row payments_ach_return_row, p_on date, p_due_on date, p_line_order text[], p_actor text) RETURNS text
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    entry payments_ach_entry;
    payment payments_payment;
    refund record;
    claim record;
    v_claim bigint := 0;
    v_outcome text := 'applied';
    -- A file that is taken after its month was closed is booked on the first open day.
    v_on date := ledger_open_on(p_on);
BEGIN
    SELECT * INTO entry FROM payments_ach_entry WHERE account_number = p_row.account_number AND id = p_row.entry_id;
    IF entry.kind = 'credit' THEN
        PERFORM payments_refund_finish(entry.account_number, entry.refund_id, true, '', v_on, p_actor);
        PERFORM payments_refund_finish(entry.account_number, entry.refund_id, false, '', v_on, p_actor);
    ELSIF entry.kind = 'debit' THEN
        -- Out of order: what comes back had been taken, whatever the bank is still to say of the file.
        PERFORM payments_answer(entry.account_number, entry.payment_id, 'accepted', '', '', p_line_order,
            (SELECT effective_on FROM payments_ach_batch WHERE (file_id, number) = (entry.file_id, entry.batch)), p_actor, '');
        -- Refunds that have not left stay here.
        FOR refund IN SELECT id FROM payments_refund r
            WHERE account_number = entry.account_number AND payment_id = entry.payment_id AND status = 'requested'
              AND NOT EXISTS (SELECT 1 FROM payments_ach_entry c WHERE c.account_number = r.account_number AND c.refund_id = r.id)
        LOOP
            PERFORM payments_refund_finish(entry.account_number, refund.id, false, '', v_on, p_actor);
        END LOOP;
        SELECT * INTO payment FROM payments_payment WHERE account_number = entry.account_number AND id = entry.payment_id;
        IF payment.status IN ('accepted', 'settled') THEN
            PERFORM payments_reverse(entry.account_number, entry.payment_id, 'returned', p_row.code, v_on, p_actor);
        ELSIF payment.status = 'refunded' THEN
            v_outcome := 'after_refund';
        -- Else somebody at the desk booked it before the bank's file came.
        END IF;
        SELECT refunded_cents INTO v_claim FROM payments_payment WHERE account_number = entry.account_number AND id = entry.payment_id;
        IF v_claim > 0 THEN
            SELECT * INTO claim FROM payments_claim_refunded(entry.account_number, entry.payment_id, v_claim, v_on, greatest(p_due_on, v_on));
        END IF;
        INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
        VALUES (p_actor, 'payment.returned', entry.account_number,
                jsonb_build_object('payment_id', entry.payment_id, 'reason', p_row.code, 'claimed_cents', v_claim), '');
        PERFORM payments_follow_merge(entry.account_number, p_line_order, v_on, p_actor);
    END IF;
    IF v_claim > 0 THEN
        INSERT INTO payments_ach_return (account_number, entry_id, code, action, kind, amount_cents, returned_on, is_late, trace, outcome, claim_account, claim_bill, claim_cents, actor)
        VALUES (entry.account_number, entry.id, p_row.code, p_row.action, entry.kind, entry.amount_cents, p_on, p_row.is_late, p_row.trace, v_outcome, claim.account, claim.bill, v_claim, p_actor);
    ELSE
        INSERT INTO payments_ach_return (account_number, entry_id, code, action, kind, amount_cents, returned_on, is_late, trace, outcome, actor)
        VALUES (entry.account_number, entry.id, p_row.code, p_row.action, entry.kind, entry.amount_cents, p_on, p_row.is_late, p_row.trace, v_outcome, p_actor);
    END IF;
    RETURN v_outcome;
END $$;

-- Apply the rows of accounts from p_first up to, not including, p_next (null for all that follow).
-- Locks the balance rows of these accounts, in their order.
CREATE FUNCTION payments_ach_return_apply(p_batch text, p_first text, p_next text, p_on date, p_due_on date, p_line_order text[], p_actor text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    alone payments_ach_return_row;
    v_since date;
BEGIN
    PERFORM payments_ach_lock(ARRAY(SELECT account_number FROM payments_ach_return_row
        WHERE batch = p_batch AND outcome IS NULL AND account_number >= p_first AND (p_next IS NULL OR account_number < p_next)));
    UPDATE payments_ach_return_row r SET outcome = 'repeated' FROM payments_ach_return known
        WHERE r.batch = p_batch AND r.outcome IS NULL AND r.account_number >= p_first AND (p_next IS NULL OR r.account_number < p_next)
          AND (known.account_number, known.entry_id) = (r.account_number, r.entry_id);
    CREATE TEMP TABLE ach_returned ON COMMIT DROP AS
        SELECT r.position, r.account_number, r.entry_id, r.code, r.action, r.is_late, r.trace, p.id AS payment_id, p.status, p.amount_cents,
               p.effective_on, 'payment:' || p.id AS reference
        FROM payments_ach_return_row r
        JOIN payments_payment p ON (p.account_number, p.id) = (r.account_number, r.payment_id)
        JOIN ledger_balance b ON b.account_number = r.account_number AND NOT b.closed
        WHERE r.batch = p_batch AND r.outcome IS NULL AND r.account_number >= p_first AND (p_next IS NULL OR r.account_number < p_next)
          AND r.kind = 'debit' AND p.status IN ('accepted', 'settled') AND p.refunded_cents = 0
        ORDER BY r.account_number;
    ANALYZE ach_returned;
    v_since := (SELECT min(effective_on) FROM ach_returned);
    CREATE TEMP TABLE ach_undone ON COMMIT DROP AS
        SELECT t.account_number, t.id AS original, r.payment_id, t.credit AS debit, t.debit AS credit, t.amount_cents AS cents, t.reference
        FROM ach_returned r JOIN ledger_transfer t ON t.account_number = r.account_number AND t.reference = r.reference
        WHERE t.reverses IS NULL AND t.effective_on >= v_since;
    -- Of a payment whose transfers are not all of these days, each is looked up by itself.
    DELETE FROM ach_returned WHERE payment_id IN (
        SELECT r.payment_id FROM ach_returned r LEFT JOIN ach_undone u ON u.payment_id = r.payment_id GROUP BY r.payment_id, r.amount_cents
        HAVING r.amount_cents <> coalesce(sum(u.cents * ((u.credit IN (1010, 1030))::int - (u.debit IN (1010, 1030))::int)), 0));
    DELETE FROM ach_undone WHERE payment_id NOT IN (SELECT payment_id FROM ach_returned);
    FOR alone IN
        SELECT * FROM payments_ach_return_row r WHERE batch = p_batch AND outcome IS NULL AND account_number >= p_first AND (p_next IS NULL OR account_number < p_next)
          AND NOT EXISTS (SELECT 1 FROM ach_returned known WHERE known.position = r.position) ORDER BY account_number, position
    LOOP
        UPDATE payments_ach_return_row SET outcome = payments_ach_return_one(alone, p_on, p_due_on, p_line_order, p_actor)
            WHERE batch = p_batch AND position = alone.position;
    END LOOP;
    PERFORM payments_ach_return_set(p_on, p_actor);
    UPDATE payments_ach_return_row r SET outcome = 'applied' FROM ach_returned d WHERE r.batch = p_batch AND r.position = d.position;
    DROP TABLE ach_undone, ach_returned;
    RETURN (SELECT count(*) FROM payments_ach_return_row
            WHERE batch = p_batch AND account_number >= p_first AND (p_next IS NULL OR account_number < p_next) AND outcome IN ('applied', 'after_refund'));
END $$;

-- Undo the payments of ach_returned with the mirror images of ach_undone, all at once.
CREATE FUNCTION payments_ach_return_set(p_on date, p_actor text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_on date := ledger_open_on(p_on);
BEGIN
    ALTER TABLE ach_undone ADD id bigint, ADD seal bigint;
    UPDATE ach_undone SET id = nextval('ledger_transfer_id');
    UPDATE ach_undone SET seal = ledger_seal(account_number, v_on, id, debit, credit, cents, 'returned', reference, original);
    CREATE TEMP TABLE ach_opened ON COMMIT DROP AS
        SELECT a.account_number, a.payment_id, a.bill_month, a.bill_id, sum(a.amount_cents)::bigint AS cents, count(*) AS rows
        FROM ach_returned r JOIN payments_allocation a ON (a.account_number, a.payment_id) = (r.account_number, r.payment_id)
        GROUP BY 1, 2, 3, 4 HAVING sum(a.amount_cents) > 0;
    ANALYZE ach_undone, ach_opened;
    INSERT INTO ledger_transfer (account_number, effective_on, id, debit, credit, amount_cents, kind, reference, reverses, seal)
        SELECT account_number, v_on, id, debit, credit, cents, 'returned', reference, original, seal FROM ach_undone;
    INSERT INTO ledger_reversal SELECT account_number, original, id FROM ach_undone;
    INSERT INTO payments_allocation (account_number, payment_id, bill_month, bill_id, position, amount_cents, actor)
        SELECT account_number, payment_id, bill_month, bill_id, rows + 1, -cents, p_actor FROM ach_opened;
    UPDATE billing_bill b SET open_cents = b.open_cents + o.cents
        FROM (SELECT account_number, bill_month, bill_id, sum(cents)::bigint AS cents FROM ach_opened GROUP BY 1, 2, 3) o
        WHERE (b.account_number, b.month, b.id) = (o.account_number, o.bill_month, o.bill_id);
    UPDATE ledger_balance b SET
        premium_cents = b.premium_cents + t.premium, medical_cents = b.medical_cents + t.medical, pharmacy_cents = b.pharmacy_cents + t.pharmacy,
        credit_cents = b.credit_cents + t.credit, unsettled_since = least(b.unsettled_since, t.since), version = b.version + t.transfers, seal = b.seal # t.seal
    FROM (
        SELECT u.account_number, count(*) AS transfers, bit_xor(seal) AS seal,
               sum(cents * ((debit = 1210)::int - (credit = 1210)::int))::bigint AS premium,
               sum(cents * ((debit = 1220)::int - (credit = 1220)::int))::bigint AS medical,
               sum(cents * ((debit = 1230)::int - (credit = 1230)::int))::bigint AS pharmacy,
               sum(cents * ((credit = 2010)::int - (debit = 2010)::int))::bigint AS credit,
               min(o.since) AS since
        FROM ach_undone u LEFT JOIN (SELECT account_number, min(bill_month) AS since FROM ach_opened GROUP BY 1) o ON o.account_number = u.account_number
        GROUP BY u.account_number
    ) t WHERE b.account_number = t.account_number;
    INSERT INTO payments_move (account_number, payment_id, position, from_status, to_status, actor, reason)
        SELECT account_number, payment_id, (SELECT count(*) + 1 FROM payments_move m WHERE (m.account_number, m.payment_id) = (r.account_number, r.payment_id)),
               status, 'returned', p_actor, code FROM ach_returned r;
    UPDATE payments_payment p SET status = 'returned', unapplied_cents = 0
        FROM ach_returned r WHERE (p.account_number, p.id) = (r.account_number, r.payment_id);
    INSERT INTO payments_ach_return (account_number, entry_id, code, action, kind, amount_cents, returned_on, is_late, trace, outcome, actor)
        SELECT account_number, entry_id, code, action, 'debit', amount_cents, p_on, is_late, trace, 'applied', p_actor FROM ach_returned;
    INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
        SELECT p_actor, 'payment.returned', account_number, jsonb_build_object('payment_id', payment_id, 'reason', code), '' FROM ach_returned;
    DROP TABLE ach_opened;
END $$;
