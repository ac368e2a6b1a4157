-- Lines are matched with what became of them by the day of the statement, which may not be the day the money came.

-- As before, by the day of the line; and what was returned because the bank took it back is in and out.
-- Match the line of each receipt with what the books made of it, and put later movements into the same match.
-- Works with its caller's rights: only loading uses it.
CREATE OR REPLACE FUNCTION payments_receipts_match(p_until date) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_on date := ledger_open_on(p_until);
    v_ids bigint[];
    v_more bigint[];
    stands record;
BEGIN
    CREATE TEMP TABLE receipt_entry ON COMMIT DROP AS
        WITH money AS (
            SELECT id AS receipt_id, payment_id, NULL::text AS reference FROM payments_receipt WHERE payment_id IS NOT NULL
            UNION ALL SELECT receipt_id, payment_id, NULL FROM payments_receipt_act WHERE payment_id IS NOT NULL
            UNION ALL SELECT id, NULL, 'receipt:' || id FROM payments_receipt WHERE payment_id IS NULL
            UNION ALL SELECT receipt_id, NULL, 'receipt:' || receipt_id || ':return:' || id FROM payments_receipt_act WHERE kind = 'return' AND state = 'rejected'
        ), free AS (
            SELECT * FROM payments_recon_entry WHERE side = 'books' AND match_id IS NULL AND day <= p_until
        )
        SELECT m.receipt_id, e.id AS entry_id, e.amount_cents, e.payment_id, e.day FROM money m JOIN free e ON e.payment_id = m.payment_id
            AND (e.kind = 'payment' OR (e.kind = 'returned' AND EXISTS (SELECT 1 FROM payments_receipt_loss x WHERE x.receipt_id = m.receipt_id AND x.state = 'returned')))
        UNION ALL
        SELECT m.receipt_id, e.id, e.amount_cents, NULL, e.day FROM money m JOIN free e ON e.account_number = 'HOUSE' AND e.reference = m.reference AND e.kind = 'receipt';
    ANALYZE receipt_entry;
    -- The line and all it became.
    CREATE TEMP TABLE receipt_match ON COMMIT DROP AS
        WITH line AS (
            SELECT k.id AS bank_entry, k.amount_cents, array_agg(DISTINCT r.id) AS receipts
            FROM payments_receipt r JOIN payments_recon_entry k ON k.source = concat_ws(':', 'bank', r.bank, r.account, r.line_day, r.position)
            WHERE r.position IS NOT NULL AND r.code = 1010 AND k.match_id IS NULL AND NOT k.withdrawn
              -- A line that was in a match was given to people; but where they kept the money on this line, it is its.
              AND (NOT EXISTS (SELECT 1 FROM payments_recon_part p WHERE p.entry_id = k.id)
                   OR EXISTS (SELECT 1 FROM payments_receipt_loss x WHERE x.receipt_id = r.id AND x.state = 'kept'))
              AND EXISTS (SELECT 1 FROM receipt_entry e WHERE e.receipt_id = r.id)
            GROUP BY 1, 2
        )
        SELECT line.bank_entry, array_agg(e.entry_id) AS entries, row_number() OVER (ORDER BY line.bank_entry) AS nth, NULL::bigint AS match_id
        FROM line JOIN receipt_entry e ON e.receipt_id = ANY (line.receipts) GROUP BY line.bank_entry, line.amount_cents HAVING sum(e.amount_cents) = line.amount_cents;
    WITH made AS (
        INSERT INTO payments_recon_match (rule, reason, state, booked_on, made_by)
            SELECT 'reference', 'the payment was posted from this line', 'made', v_on, 'system:receipts' FROM receipt_match RETURNING id
    ) SELECT array_agg(id ORDER BY id) INTO v_ids FROM made;
    UPDATE receipt_match SET match_id = v_ids[nth];
    INSERT INTO payments_recon_part SELECT match_id, bank_entry FROM receipt_match UNION ALL SELECT match_id, unnest(entries) FROM receipt_match;
    UPDATE payments_recon_entry e SET match_id = m.match_id FROM receipt_match m WHERE e.id = m.bank_entry OR e.id = ANY (m.entries);
    -- What moved from unidentified receipts to an account since, and adds nothing: into the match of what it was.
    CREATE TEMP TABLE receipt_later ON COMMIT DROP AS
        SELECT first.match_id, e.receipt_id, array_agg(e.entry_id) AS entries
        FROM receipt_entry e JOIN LATERAL (
            SELECT h.match_id FROM payments_recon_entry h JOIN payments_recon_match m ON m.id = h.match_id AND m.state = 'made'
            WHERE h.side = 'books' AND h.account_number = 'HOUSE' AND h.reference = 'receipt:' || e.receipt_id ORDER BY h.id LIMIT 1) first ON true
        JOIN payments_recon_entry free ON free.id = e.entry_id AND free.match_id IS NULL
        GROUP BY 1, 2 HAVING sum(e.amount_cents) = 0;
    INSERT INTO payments_recon_part SELECT match_id, unnest(entries) FROM receipt_later;
    UPDATE payments_recon_entry e SET match_id = l.match_id FROM receipt_later l WHERE e.id = ANY (l.entries);
    -- What was taken back, or given to reconciliation: in and out, and the bank's line is open.
    CREATE TEMP TABLE receipt_undone ON COMMIT DROP AS
        SELECT e.receipt_id, array_agg(e.entry_id) AS entries, row_number() OVER (ORDER BY e.receipt_id) AS nth
        FROM receipt_entry e JOIN payments_recon_entry free ON free.id = e.entry_id AND free.match_id IS NULL
        JOIN payments_receipt r ON r.id = e.receipt_id
        WHERE r.state = 'withdrawn' OR EXISTS (SELECT 1 FROM payments_receipt_act a WHERE a.receipt_id = r.id AND a.kind = 'release' AND a.state = 'made')
           OR EXISTS (SELECT 1 FROM payments_receipt_loss x WHERE x.receipt_id = r.id AND x.state = 'returned')
        GROUP BY 1 HAVING sum(e.amount_cents) = 0;
    WITH made AS (
        INSERT INTO payments_recon_match (rule, reason, state, booked_on, made_by)
            SELECT 'undone', 'the money was unidentified and left again: it is no payment', 'made', v_on, 'system:receipts' FROM receipt_undone RETURNING id
    ) SELECT array_agg(id ORDER BY id) INTO v_more FROM made;
    INSERT INTO payments_recon_part SELECT v_more[nth], unnest(entries) FROM receipt_undone;
    UPDATE payments_recon_entry e SET match_id = v_more[u.nth] FROM receipt_undone u WHERE e.id = ANY (u.entries);
    -- Unidentified money of a lockbox or of ACH that the bank has: out of clearing, as members' payments are.
    FOR stands IN
        SELECT r.id, r.code, coalesce((SELECT sum(t.amount_cents * ((t.debit = r.code)::int - (t.credit = r.code)::int))
            FROM ledger_transfer t WHERE t.account_number = 'HOUSE' AND t.reference = 'receipt:' || r.id), 0)::bigint AS cents
        FROM payments_receipt r WHERE r.code <> 1010 AND NOT r.settled AND r.payment_id IS NULL AND EXISTS (
            SELECT 1 FROM payments_recon_entry h JOIN payments_recon_match m ON m.id = h.match_id AND m.state = 'made' AND m.rule <> 'undone'
            JOIN payments_recon_entry k ON k.match_id = m.id AND k.side = 'bank'
            WHERE h.side = 'books' AND h.account_number = 'HOUSE' AND h.reference = 'receipt:' || r.id)
        ORDER BY r.id
    LOOP
        IF stands.cents > 0 THEN
            PERFORM ledger_post('HOUSE', 1010::smallint, stands.code, stands.cents, 'settlement', v_on, 'receipt:' || stands.id);
        END IF;
        UPDATE payments_receipt SET settled = true WHERE id = stands.id;
    END LOOP;
    PERFORM payments_recon_clear(payments_recon_payments(coalesce(v_ids, '{}') || coalesce((SELECT array_agg(DISTINCT match_id) FROM receipt_later), '{}')), v_on, 'system:receipts');
    DROP TABLE receipt_undone, receipt_later, receipt_match, receipt_entry;
    RETURN cardinality(coalesce(v_ids, '{}'));
END $$;
