-- One piece of money is posted once, whatever files tell of it. Days and lines are kept by our own account, a line
-- keeps the day it was booked, what a notice and a statement say of one movement has one key, and what other files
-- may have told of before waits for a person.

ALTER TABLE payments_bank_line ADD COLUMN booked_on date;
CREATE INDEX payments_bank_line_withdrawn ON payments_bank_line (bank, account, day, position) WHERE withdrawn_in IS NOT NULL;
DROP TRIGGER payments_bank_line_guard ON payments_bank_line;
CREATE TRIGGER payments_bank_line_guard
    BEFORE DELETE OR UPDATE OF bank, account, day, position, type_code, amount_cents, bank_reference, customer_reference, text, added_in, booked_on
    ON payments_bank_line FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- `day` is when the money came, `line_day` the day of the statement whose line it is.
ALTER TABLE payments_receipt ADD COLUMN line_day date, ADD COLUMN type_code text NOT NULL DEFAULT '';
UPDATE payments_receipt SET line_day = day WHERE position IS NOT NULL;
ALTER TABLE payments_receipt ADD CHECK ((position IS NULL) = (line_day IS NULL)), ADD CHECK (position IS NULL OR (bank IS NOT NULL AND account IS NOT NULL));
DROP INDEX payments_receipt_of_line;
CREATE INDEX payments_receipt_of_line ON payments_receipt (account, line_day, position) WHERE position IS NOT NULL;
CREATE INDEX payments_receipt_like ON payments_receipt (bank, amount_cents, day) WHERE bank IS NOT NULL;
CREATE INDEX payments_receipt_told ON payments_receipt (bank, account) WHERE source = 'notice' AND position IS NULL;
CREATE INDEX payments_receipt_ach ON payments_receipt (day) WHERE source = 'ach';
CREATE INDEX payments_receipt_check ON payments_receipt (entry_reference) WHERE source = 'lockbox';
ALTER TABLE payments_receipt_row ADD COLUMN bank text COLLATE "C", ADD COLUMN type_code text NOT NULL DEFAULT '';

-- Money the bank took back after it was posted, or while somebody worked on it. Two people decide: return what was
-- made of it, or keep it, because the bank states it on another line (`kept_on`, the receipt that came of that).
CREATE TABLE payments_receipt_loss (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    receipt_id bigint NOT NULL REFERENCES payments_receipt,
    state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'proposed', 'returned', 'kept')),
    kind text CHECK (kind IN ('return', 'keep')),
    kept_on bigint REFERENCES payments_receipt,
    reason text NOT NULL DEFAULT '',
    opened_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    made_by text NOT NULL DEFAULT '',
    decided_by text NOT NULL DEFAULT '' CHECK (decided_by = '' OR decided_by <> made_by),
    decided_at timestamptz,
    CHECK ((kind IS NULL) = (made_by = '')),
    CHECK (kind IS NULL OR reason <> ''),
    CHECK ((kind = 'keep') = (kept_on IS NOT NULL)),
    CHECK (state NOT IN ('proposed', 'returned') OR kind IS NOT NULL),
    CHECK ((state IN ('returned', 'kept')) = (decided_at IS NOT NULL AND decided_by <> ''))
);
CREATE UNIQUE INDEX payments_receipt_loss_open ON payments_receipt_loss (receipt_id) WHERE state IN ('open', 'proposed');
CREATE INDEX payments_receipt_loss_of ON payments_receipt_loss (receipt_id);
CREATE TRIGGER payments_receipt_loss_guard BEFORE DELETE OR UPDATE OF id, receipt_id, opened_at
    ON payments_receipt_loss FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER payments_receipt_loss_decided BEFORE UPDATE
    ON payments_receipt_loss FOR EACH ROW WHEN (OLD.state IN ('returned', 'kept')) EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER payments_receipt_loss_truncation BEFORE TRUNCATE ON payments_receipt_loss FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

-- How far apart two files may date the same money: a holiday, a weekend and two days.
CREATE FUNCTION payments_receipt_window() RETURNS integer LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 5 $$;

-- What tells one movement of an account from another of its day and amount, in a notice and in a statement.
CREATE FUNCTION payments_movement_identity(p_reference text, p_customer text, p_text text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(p_reference, ''), 'md5:' || md5(p_customer || '|' || p_text))
$$;

-- The key of one piece of money. p_own is our account, or the kind of file its items are known by; p_nth tells like pieces apart.
DROP FUNCTION payments_receipt_key(text, date, bigint, text, bigint);
CREATE FUNCTION payments_receipt_key(p_own text, p_day date, p_amount bigint, p_identity text, p_nth bigint) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT concat_ws('|', CASE WHEN length(p_own) > 60 THEN 'md5:' || md5(p_own) ELSE p_own END, p_day, p_amount,
                     CASE WHEN length(p_identity) > 60 THEN 'md5:' || md5(p_identity) ELSE p_identity END, p_nth)
$$;

-- Whether nobody did anything with a receipt yet: only then it can be taken back without a word.
CREATE FUNCTION payments_receipt_is_free(r payments_receipt) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT r.state = 'new' OR (r.state = 'waiting' AND r.open_cents::bigint = r.amount_cents
        AND NOT EXISTS (SELECT 1 FROM payments_receipt_act a WHERE a.receipt_id = r.id AND a.state <> 'rejected'))
$$;

-- Whether the bank took the line of a receipt back, and where it was decided what becomes of that.
CREATE FUNCTION payments_receipt_is_gone(r payments_receipt) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM payments_bank_line k WHERE (k.bank, k.account, k.day, k.position) = (r.bank, r.account, r.line_day, r.position) AND k.withdrawn_in IS NOT NULL)
$$;

-- Take one statement day. p_lines: [{"type", "amount", "bank", "customer", "text", "on"}, ...] in the bank's order.
-- Returns 'new', 'same' or 'restated'. Two like lines of a day are two lines: they are told apart by counting.
-- A day that another format told of before, and that comes to the same, is the same day: its words stay the first's.
CREATE OR REPLACE FUNCTION payments_take_bank_day(
    p_bank text, p_account text, p_day date, p_currency text, p_opening bigint, p_closing bigint,
    p_lines jsonb, p_format text, p_sha256 text, p_actor text
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    known payments_bank_day;
    v_revision smallint;
    v_last integer;
    v_added bigint;
    v_withdrawn bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(concat_ws('|', 'payments_bank_day', p_bank, p_account, p_day), 0));
    SELECT * INTO known FROM payments_bank_day WHERE bank = p_bank AND account = p_account AND day = p_day ORDER BY revision DESC LIMIT 1;
    IF known.format <> p_format AND known.currency = p_currency AND (
        SELECT (known.credit_cents, known.debit_cents) IS NOT DISTINCT FROM (
            coalesce(sum(cents) FILTER (WHERE cents > 0), 0)::bigint, coalesce(-sum(cents) FILTER (WHERE cents < 0), 0)::bigint)
        FROM (SELECT (item ->> 'amount')::bigint AS cents FROM jsonb_array_elements(p_lines) item) said) THEN
        RETURN 'same';
    END IF;
    v_revision := coalesce(known.revision, 0) + 1;
    v_last := (SELECT coalesce(max(position), 0) FROM payments_bank_line WHERE bank = p_bank AND account = p_account AND day = p_day);
    CREATE TEMP TABLE stated ON COMMIT DROP AS
        SELECT place, item ->> 'type' AS type_code, (item ->> 'amount')::bigint AS amount_cents, item ->> 'bank' AS bank_reference,
               item ->> 'customer' AS customer_reference, item ->> 'text' AS text, (item ->> 'on')::date AS booked_on,
               row_number() OVER (PARTITION BY item ->> 'type', item ->> 'amount', item ->> 'bank', item ->> 'customer', item ->> 'text' ORDER BY place) AS nth
        FROM jsonb_array_elements(p_lines) WITH ORDINALITY AS lines (item, place);
    CREATE TEMP TABLE standing ON COMMIT DROP AS
        SELECT position, type_code, amount_cents, bank_reference, customer_reference, text,
               row_number() OVER (PARTITION BY type_code, amount_cents, bank_reference, customer_reference, text ORDER BY position) AS nth
        FROM payments_bank_line WHERE bank = p_bank AND account = p_account AND day = p_day AND withdrawn_in IS NULL;
    UPDATE payments_bank_line l SET withdrawn_in = v_revision
        FROM standing k LEFT JOIN stated s USING (type_code, amount_cents, bank_reference, customer_reference, text, nth)
        WHERE s.place IS NULL AND l.bank = p_bank AND l.account = p_account AND l.day = p_day AND l.position = k.position;
    GET DIAGNOSTICS v_withdrawn = ROW_COUNT;
    INSERT INTO payments_bank_line (bank, account, day, position, type_code, amount_cents, bank_reference, customer_reference, text, added_in, booked_on)
        SELECT p_bank, p_account, p_day, v_last + row_number() OVER (ORDER BY s.place), s.type_code, s.amount_cents, s.bank_reference, s.customer_reference, s.text, v_revision,
               CASE WHEN s.booked_on BETWEEN p_day - 31 AND p_day THEN s.booked_on END
        FROM stated s LEFT JOIN standing k USING (type_code, amount_cents, bank_reference, customer_reference, text, nth) WHERE k.position IS NULL;
    GET DIAGNOSTICS v_added = ROW_COUNT;
    DROP TABLE stated, standing;
    IF known.revision IS NOT NULL AND v_added = 0 AND v_withdrawn = 0
       AND (known.currency, known.opening_cents, known.closing_cents) IS NOT DISTINCT FROM (p_currency::char(3), p_opening, p_closing) THEN
        RETURN 'same';
    END IF;
    INSERT INTO payments_bank_day (bank, account, day, revision, currency, opening_cents, closing_cents, credit_cents, debit_cents, format, sha256, actor)
        SELECT p_bank, p_account, p_day, v_revision, p_currency, p_opening, p_closing,
               coalesce(sum(amount_cents) FILTER (WHERE amount_cents > 0), 0), coalesce(-sum(amount_cents) FILTER (WHERE amount_cents < 0), 0), p_format, p_sha256, p_actor
        FROM payments_bank_line WHERE bank = p_bank AND account = p_account AND day = p_day AND withdrawn_in IS NULL;
    RETURN CASE WHEN known.revision IS NULL THEN 'new' ELSE 'restated' END;
END $$;

-- Take the staged items of a file. What is known already stays as it is. Returns how many are new.
-- What other files may have told of before waits for a person: a check of another day or amount, a notice of money a
-- statement brought, and an ACH credit of an amount that came on a line (or notice) of a type that ACH credits come as.
DROP FUNCTION payments_receipts_add(text, text);
CREATE FUNCTION payments_receipts_add(p_batch text, p_sha256 text, p_as_items text[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_count bigint;
    v_window integer := payments_receipt_window();
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('payments_receipts'));
    INSERT INTO payments_receipt (key, source, day, amount_cents, method, channel, code, payer, text, reference, entry_reference, sha256, bank, account, type_code, reason)
        SELECT payments_receipt_key(CASE source WHEN 'notice' THEN bank || '/' || account ELSE source END, day, amount_cents, told,
                   row_number() OVER (PARTITION BY bank, account, source, day, amount_cents, told ORDER BY place)),
               source, day, amount_cents, method, channel, payments_clearing(method), payer, text, reference, entry_reference, p_sha256, bank, account, type_code,
               CASE WHEN source = 'lockbox' AND EXISTS (
                        SELECT 1 FROM payments_receipt r WHERE r.source = 'lockbox' AND r.sha256 <> p_sha256 AND r.entry_reference = w.entry_reference
                            AND (w.entry_reference <> '' OR (r.bank, r.day, r.amount_cents::bigint) = (w.bank, w.day, w.amount_cents))) THEN 'twin'
                    WHEN source = 'notice' AND EXISTS (
                        SELECT 1 FROM payments_receipt r WHERE r.bank = w.bank AND r.amount_cents = w.amount_cents AND r.day BETWEEN w.day - v_window AND w.day + v_window
                            AND r.state <> 'withdrawn' AND (r.source = 'bank' OR (r.source = 'ach' AND w.type_code LIKE ANY (p_as_items)))) THEN 'twin'
                    WHEN source = 'ach' AND EXISTS (
                        SELECT 1 FROM payments_receipt r WHERE r.bank = w.bank AND r.amount_cents = w.amount_cents AND r.day BETWEEN w.day - v_window AND w.day + v_window
                            AND r.state <> 'withdrawn' AND r.source IN ('bank', 'notice') AND r.type_code LIKE ANY (p_as_items)) THEN 'twin'
                    ELSE '' END
        FROM (SELECT *, CASE source WHEN 'notice' THEN payments_movement_identity(reference, '', identity) ELSE identity END AS told
              FROM payments_receipt_row WHERE batch = p_batch) w ORDER BY place
        ON CONFLICT (key) DO NOTHING;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    DELETE FROM payments_receipt_row WHERE batch = p_batch;
    RETURN v_count;
END $$;

-- Money of ACH files that the bank's statement has not confirmed yet: each item, and all of a day or of a file.
CREATE FUNCTION payments_receipts_under_way(p_since date) RETURNS TABLE (bank text, day date, cents bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH item AS (
        SELECT r.bank, r.day, r.sha256, r.amount_cents::bigint AS cents FROM payments_receipt r
        LEFT JOIN payments_payment p ON (p.account_number, p.id) = (r.account_number, r.payment_id)
        WHERE r.source = 'ach' AND r.day >= p_since AND NOT r.settled AND r.state <> 'withdrawn' AND (r.payment_id IS NULL OR p.status = 'accepted')
    )
    SELECT bank, day, cents FROM item
    UNION SELECT bank, day, sum(cents)::bigint FROM item GROUP BY bank, day
    UNION SELECT bank, day, sum(cents)::bigint FROM item GROUP BY bank, day, sha256
$$;

-- Make receipts of the lines of statements that are money from payers: credits in dollars of these types, not yet
-- explained by reconciliation or by a notice, and no credits of an ACH file (p_as_items: types that those may come as).
-- Withdraws what the bank took back. Returns (added, withdrawn, lost): lost are receipts that somebody worked on or
-- that were posted, of which the bank took the line back now; each waits as a payments_receipt_loss.
DROP FUNCTION payments_receipts_collect(text[], text[], text);
CREATE FUNCTION payments_receipts_collect(p_wires text[], p_transfers text[], p_as_items text[], p_actor text, OUT added bigint, OUT withdrawn bigint, OUT lost bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone record;
    v_window integer := payments_receipt_window();
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('payments_receipts'));
    CREATE TEMP TABLE receipt_line ON COMMIT DROP AS
        WITH touched AS (
            -- Days with a line that is no receipt's yet.
            SELECT DISTINCT l.bank, l.account, l.day FROM payments_bank_line l
            WHERE l.amount_cents > 0 AND (l.type_code = ANY (p_wires) OR l.type_code LIKE ANY (p_transfers))
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
