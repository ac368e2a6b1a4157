-- Taking up receipts read every line a bank ever stated. A line that is none after a month never becomes one by
-- itself: what is wrong with it stands in the reconciliation's queue.
CREATE FUNCTION payments_receipt_lookback() RETURNS interval LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT interval '31 days' $$;
CREATE INDEX payments_bank_day_taken ON payments_bank_day (taken_at);
CREATE OR REPLACE FUNCTION payments_receipts_collect(p_wires text[], p_transfers text[], p_as_items text[], p_actor text, OUT added bigint, OUT withdrawn bigint, OUT lost bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone record;
    v_window integer := payments_receipt_window();
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('payments_receipts'));
    CREATE TEMP TABLE receipt_line ON COMMIT DROP AS
        WITH touched AS (
            -- Days with a line that is no receipt's yet, of those the bank told of lately.
            SELECT DISTINCT l.bank, l.account, l.day FROM payments_bank_line l
            WHERE (l.bank, l.account, l.day) IN (SELECT d.bank, d.account, d.day FROM payments_bank_day d WHERE d.taken_at > now() - payments_receipt_lookback())
              AND l.amount_cents > 0 AND (l.type_code = ANY (p_wires) OR l.type_code LIKE ANY (p_transfers))
              AND (l.withdrawn_in IS NULL) <> EXISTS (
                  SELECT 1 FROM payments_receipt r WHERE r.account = l.account AND r.line_day = l.day AND r.position = l.position AND r.bank = l.bank)
              AND (l.withdrawn_in IS NULL OR EXISTS (SELECT 1 FROM payments_receipt r WHERE r.account = l.account AND r.line_day = l.day AND r.position = l.position AND r.bank = l.bank AND r.state <> 'withdrawn'))
        )
        SELECT l.bank, l.account, l.day, l.position, l.type_code, l.amount_cents, l.bank_reference, l.customer_reference, l.text, coalesce(l.booked_on, l.day) AS came_on,
               payments_receipt_key(l.bank || '/' || l.account, coalesce(l.booked_on, l.day), l.amount_cents, payments_movement_identity(l.bank_reference, l.customer_reference, l.text),
                   row_number() OVER (PARTITION BY l.bank, l.account, l.day, coalesce(l.booked_on, l.day), l.amount_cents, payments_movement_identity(l.bank_reference, l.customer_reference, l.text) ORDER BY l.position)) AS key
        FROM payments_bank_line l JOIN touched USING (bank, account, day)
        WHERE l.withdrawn_in IS NULL AND l.amount_cents > 0 AND (l.type_code = ANY (p_wires) OR l.type_code LIKE ANY (p_transfers))
          AND (SELECT currency FROM payments_bank_day d WHERE (d.bank, d.account, d.day) = (l.bank, l.account, l.day) ORDER BY revision DESC LIMIT 1) = 'USD';
    ANALYZE receipt_line;
    -- A day stated anew keeps its receipts: the same money is on another line now. So is what a notice told of. What was
    -- returned stays where it was.
    UPDATE payments_receipt r SET bank = l.bank, account = l.account, line_day = l.day, position = l.position
        FROM receipt_line l WHERE r.key = l.key AND (r.bank, r.line_day, r.position) IS DISTINCT FROM (l.bank, l.day, l.position) AND r.state <> 'withdrawn'
          AND (r.position IS NULL OR r.line_day = l.day OR payments_receipt_is_gone(r))
          AND NOT EXISTS (SELECT 1 FROM payments_receipt_loss x WHERE x.receipt_id = r.id AND x.state = 'returned');
    UPDATE payments_receipt_loss x SET state = 'kept', decided_by = 'system:receipts', decided_at = clock_timestamp(), kind = NULL, made_by = '', kept_on = NULL
        FROM payments_receipt r WHERE r.id = x.receipt_id AND x.state IN ('open', 'proposed') AND NOT payments_receipt_is_gone(r);
    -- A notice told of the items of a line before: together they are the line.
    WITH told AS (
        SELECT bank, account, day, entry_reference, sum(amount_cents)::bigint AS cents FROM payments_receipt
        WHERE source = 'notice' AND position IS NULL AND entry_reference <> '' AND state <> 'withdrawn' GROUP BY 1, 2, 3, 4
    ), fits AS (
        SELECT n.bank, n.account, n.day, n.entry_reference, l.day AS line_day, l.position,
               count(*) OVER (PARTITION BY n.bank, n.account, n.day, n.entry_reference) AS lines, count(*) OVER (PARTITION BY l.bank, l.account, l.day, l.position) AS notices
        FROM told n JOIN receipt_line l ON l.bank = n.bank AND l.account = n.account AND l.bank_reference = n.entry_reference AND l.amount_cents = n.cents
            AND l.came_on BETWEEN n.day - v_window AND n.day + v_window
        WHERE NOT EXISTS (SELECT 1 FROM payments_receipt r WHERE r.account = l.account AND r.line_day = l.day AND r.position = l.position AND r.bank = l.bank AND r.state <> 'withdrawn')
    )
    UPDATE payments_receipt r SET line_day = f.line_day, position = f.position FROM fits f
        WHERE f.lines = 1 AND f.notices = 1 AND r.source = 'notice' AND r.position IS NULL AND (r.bank, r.account, r.day, r.entry_reference) = (f.bank, f.account, f.day, f.entry_reference);
    withdrawn := 0;
    CREATE TEMP TABLE receipt_lost ON COMMIT DROP AS
        SELECT r.id, r.bank, r.account, r.day, r.amount_cents, payments_receipt_is_free(r) AS is_free FROM payments_bank_line k
        JOIN payments_receipt r ON r.account = k.account AND r.line_day = k.day AND r.position = k.position AND r.bank = k.bank
        WHERE k.withdrawn_in IS NOT NULL AND r.state <> 'withdrawn'
          AND NOT EXISTS (SELECT 1 FROM payments_receipt_loss x WHERE x.receipt_id = r.id AND x.state = 'returned');
    FOR gone IN SELECT id FROM receipt_lost WHERE is_free ORDER BY id LOOP
        PERFORM payments_receipt_withdraw(gone.id);
        withdrawn := withdrawn + 1;
    END LOOP;
    WITH opened AS (
        INSERT INTO payments_receipt_loss (receipt_id) SELECT id FROM receipt_lost WHERE NOT is_free ORDER BY id ON CONFLICT DO NOTHING RETURNING receipt_id
    ), noted AS (
        INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
            SELECT p_actor, 'receipt.lost', NULL, jsonb_build_object('receipt_id', receipt_id), '' FROM opened
    ) SELECT count(*) INTO lost FROM opened;
    CREATE TEMP TABLE receipt_told ON COMMIT DROP AS
        -- What notices told of and no line has shown yet, each and by entry.
        SELECT bank, account, day, amount_cents::bigint AS cents FROM payments_receipt WHERE source = 'notice' AND position IS NULL AND state <> 'withdrawn'
        UNION SELECT bank, account, day, sum(amount_cents)::bigint FROM payments_receipt
            WHERE source = 'notice' AND position IS NULL AND state <> 'withdrawn' GROUP BY bank, account, day, entry_reference;
    CREATE TEMP TABLE receipt_item ON COMMIT DROP AS SELECT * FROM payments_receipts_under_way((SELECT min(came_on) - v_window FROM receipt_line));
    -- A key that is another line's receipt is another movement all the same.
    UPDATE receipt_line l SET key = left(l.key, 160) || '|' || l.day || ':' || l.position
        WHERE EXISTS (SELECT 1 FROM payments_receipt r WHERE r.key = l.key AND r.state <> 'withdrawn' AND (r.bank, r.account, r.line_day, r.position) IS DISTINCT FROM (l.bank, l.account, l.day, l.position));
    -- In place of money that was taken back, and after a notice, the bank may state the same money in other words: a person looks.
    INSERT INTO payments_receipt (key, source, day, amount_cents, method, channel, code, payer, text, reference, bank, account, line_day, position, type_code, reason)
        SELECT l.key, 'bank', l.came_on, l.amount_cents, 'wire', CASE WHEN l.type_code = ANY (p_wires) THEN 'wire' ELSE 'bank' END, 1010, '',
               concat_ws(E'\n', nullif(l.customer_reference, ''), nullif(l.text, '')), l.bank_reference, l.bank, l.account, l.day, l.position, l.type_code,
               CASE WHEN EXISTS (SELECT 1 FROM receipt_lost g WHERE NOT g.is_free AND g.bank = l.bank AND g.account = l.account AND g.amount_cents = l.amount_cents
                                 AND g.day BETWEEN l.came_on - v_window AND l.came_on + v_window) THEN 'restated'
                    WHEN l.key LIKE '%|' || l.day || ':' || l.position
                      OR EXISTS (SELECT 1 FROM receipt_told n WHERE n.bank = l.bank AND n.account = l.account AND n.cents = l.amount_cents
                                 AND n.day BETWEEN l.came_on - v_window AND l.came_on + v_window) THEN 'twin'
                    ELSE '' END
        FROM receipt_line l
        WHERE NOT EXISTS (SELECT 1 FROM payments_receipt r WHERE r.account = l.account AND r.line_day = l.day AND r.position = l.position AND r.bank = l.bank AND r.state <> 'withdrawn')
          AND NOT EXISTS (SELECT 1 FROM payments_recon_entry e WHERE e.source = concat_ws(':', 'bank', l.bank, l.account, l.day, l.position) AND e.match_id IS NOT NULL)
          AND NOT EXISTS (SELECT 1 FROM payments_payout o WHERE o.amount_cents = l.amount_cents AND (l.bank_reference = o.id OR position(o.id IN l.text) > 0))
          AND NOT (l.type_code LIKE ANY (p_as_items) AND EXISTS (
              SELECT 1 FROM receipt_item i WHERE i.bank = l.bank AND i.cents = l.amount_cents AND i.day BETWEEN l.came_on - v_window AND l.came_on + v_window))
        ORDER BY l.day, l.position
        ON CONFLICT (key) DO NOTHING;
    GET DIAGNOSTICS added = ROW_COUNT;
    -- What was withdrawn and is stated again comes to life again, as what waits for a look.
    WITH again AS (
        UPDATE payments_receipt r SET state = 'new', reason = 'restated', bank = l.bank, account = l.account, line_day = l.day, position = l.position
            FROM receipt_line l WHERE r.key = l.key AND r.state = 'withdrawn'
              AND NOT EXISTS (SELECT 1 FROM payments_receipt o WHERE o.account = l.account AND o.line_day = l.day AND o.position = l.position AND o.bank = l.bank AND o.state <> 'withdrawn')
            RETURNING 1
    ) SELECT added + count(*) INTO added FROM again;
    DROP TABLE receipt_line, receipt_lost, receipt_told, receipt_item;
END $$;
