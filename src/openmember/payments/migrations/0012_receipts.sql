-- Receipts: money that came from outside with a text instead of a form: bank lines, checks of a lockbox, ACH
-- credits. Each is posted to one account that is sure, or waits for a person and stands under HOUSE on
-- unidentified receipts (2020). The tables are the organisation's, not an account's.

-- `key` tells one piece of money from another, in whatever file and how often it comes. `code` is where it stands
-- until the bank has it. The line of a statement (bank, account, day, position) is known at once or later.
CREATE TABLE payments_receipt (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    key text COLLATE "C" NOT NULL UNIQUE CHECK (length(key) BETWEEN 1 AND 200),
    source text NOT NULL CHECK (source IN ('bank', 'notice', 'lockbox', 'ach')),
    day date NOT NULL,
    amount_cents ledger_amount NOT NULL,
    method text NOT NULL CHECK (method IN ('wire', 'check', 'ach')),
    channel text NOT NULL CHECK (channel IN ('bank', 'wire', 'lockbox')),
    code smallint NOT NULL CHECK (code IN (1010, 1030, 1050)),
    payer text NOT NULL,
    text text NOT NULL,
    reference text NOT NULL,
    entry_reference text COLLATE "C" NOT NULL DEFAULT '',
    sha256 text NOT NULL DEFAULT '',
    bank text COLLATE "C",
    account text COLLATE "C",
    position integer,
    state text NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'matched', 'posted', 'waiting', 'worked', 'withdrawn')),
    reason text NOT NULL DEFAULT '',
    account_number varchar(12) COLLATE "C",
    payment_id bigint,
    open_cents ledger_sum NOT NULL DEFAULT 0,
    settled boolean NOT NULL DEFAULT false,
    taken_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CHECK ((state = 'waiting') = (open_cents > 0)),
    CHECK (open_cents <= amount_cents),
    CHECK ((state IN ('matched', 'posted')) = (account_number IS NOT NULL)),
    CHECK ((state = 'posted') = (payment_id IS NOT NULL))
) WITH (fillfactor = 80);
CREATE INDEX payments_receipt_unworked ON payments_receipt (id) WHERE state IN ('new', 'matched');
CREATE INDEX payments_receipt_waiting ON payments_receipt (day, id) WHERE state = 'waiting';
CREATE INDEX payments_receipt_of_line ON payments_receipt (account, day, position) WHERE account IS NOT NULL;
CREATE TRIGGER payments_receipt_guard
    BEFORE DELETE OR UPDATE OF id, key, source, day, amount_cents, method, channel, code, payer, text, reference, taken_at
    ON payments_receipt FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- What people did with money that waited, a part at a time. Above the limit a second person has to agree.
CREATE FUNCTION payments_receipt_alone_cents() RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT 2500_00 $$;
CREATE TABLE payments_receipt_act (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    receipt_id bigint NOT NULL REFERENCES payments_receipt,
    kind text NOT NULL CHECK (kind IN ('post', 'return', 'release')),
    amount_cents ledger_amount NOT NULL,
    -- What the whole receipt comes to: splitting does not get around the second person.
    receipt_cents ledger_amount NOT NULL,
    account_number varchar(12) COLLATE "C",
    learned_payer text NOT NULL DEFAULT '',
    payment_id bigint,
    reason text NOT NULL CHECK (reason <> ''),
    state text NOT NULL CHECK (state IN ('proposed', 'made', 'paid', 'rejected')),
    paid_reference text NOT NULL DEFAULT '',
    made_by text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    decided_by text NOT NULL DEFAULT '',
    decided_at timestamptz,
    CHECK (receipt_cents <= payments_receipt_alone_cents() OR state IN ('proposed', 'rejected') OR (decided_by <> '' AND decided_by <> made_by)),
    CHECK ((kind = 'post') = (account_number IS NOT NULL)),
    CHECK (state <> 'paid' OR kind = 'return'),
    CHECK ((payment_id IS NOT NULL) = (kind = 'post' AND state = 'made'))
);
CREATE INDEX payments_receipt_act_of ON payments_receipt_act (receipt_id);
CREATE INDEX payments_receipt_act_payment ON payments_receipt_act (payment_id) WHERE payment_id IS NOT NULL;
CREATE TRIGGER payments_receipt_act_guard
    BEFORE DELETE OR UPDATE OF id, receipt_id, kind, amount_cents, receipt_cents, account_number, reason, made_by, made_at
    ON payments_receipt_act FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- Who pays for which account, as somebody confirmed once. It suggests; alone it posts nothing.
CREATE TABLE payments_receipt_pair (
    payer text NOT NULL CHECK (payer <> ''),
    account_number varchar(12) COLLATE "C" NOT NULL,
    receipt_id bigint NOT NULL REFERENCES payments_receipt,
    confirmed_by text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (account_number, payer)
);
CREATE INDEX payments_receipt_pair_of ON payments_receipt_pair (payer);
CREATE TRIGGER payments_receipt_pair_guard BEFORE UPDATE OR DELETE ON payments_receipt_pair
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['payments_receipt', 'payments_receipt_act', 'payments_receipt_pair'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history()', history || '_truncation', history);
    END LOOP;
END $$;

-- What a file of single items brings, while it is taken in. Lost with the server: the file is read again.
CREATE UNLOGGED TABLE payments_receipt_row (
    batch text NOT NULL,
    place bigint NOT NULL,
    identity text COLLATE "C" NOT NULL,
    source text NOT NULL,
    day date NOT NULL,
    amount_cents bigint NOT NULL,
    method text NOT NULL,
    channel text NOT NULL,
    payer text NOT NULL,
    text text NOT NULL,
    reference text NOT NULL,
    account text COLLATE "C",
    entry_reference text COLLATE "C" NOT NULL,
    PRIMARY KEY (batch, place)
);

-- The key of one piece of money; p_nth tells like pieces of one day apart.
CREATE FUNCTION payments_receipt_key(p_account text, p_day date, p_amount bigint, p_identity text, p_nth bigint) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT concat_ws('|', left(p_account, 40), p_day, p_amount, CASE WHEN length(p_identity) > 60 THEN 'md5:' || md5(p_identity) ELSE p_identity END, p_nth)
$$;

-- Take the staged items of a file. What is known already stays as it is. Returns how many are new.
CREATE FUNCTION payments_receipts_add(p_batch text, p_sha256 text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_count bigint;
BEGIN
    INSERT INTO payments_receipt (key, source, day, amount_cents, method, channel, code, payer, text, reference, entry_reference, sha256, account)
        SELECT payments_receipt_key(coalesce(account, source), day, amount_cents, identity,
                   row_number() OVER (PARTITION BY account, source, day, amount_cents, identity ORDER BY place)),
               source, day, amount_cents, method, channel, payments_clearing(method), payer, text, reference, entry_reference, p_sha256, account
        FROM payments_receipt_row WHERE batch = p_batch ORDER BY place
        ON CONFLICT (key) DO NOTHING;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    DELETE FROM payments_receipt_row WHERE batch = p_batch;
    RETURN v_count;
END $$;

-- Make receipts of the lines of statements that are money from payers: credits in dollars of these types, not yet
-- explained by reconciliation or by a notice. Withdraws what the bank took back. Returns (added, withdrawn, lost):
-- lost are posted receipts of which the bank took the line back.
CREATE FUNCTION payments_receipts_collect(p_wires text[], p_transfers text[], p_actor text, OUT added bigint, OUT withdrawn bigint, OUT lost bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone record;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('payments_receipts'));
    CREATE TEMP TABLE receipt_line ON COMMIT DROP AS
        WITH touched AS (
            -- Days with a line that is no receipt's yet.
            SELECT DISTINCT l.bank, l.account, l.day FROM payments_bank_line l
            WHERE l.amount_cents > 0 AND (l.type_code = ANY (p_wires) OR l.type_code LIKE ANY (p_transfers))
              AND (l.withdrawn_in IS NULL) <> EXISTS (
                  SELECT 1 FROM payments_receipt r WHERE r.account = l.account AND r.day = l.day AND r.position = l.position AND r.bank = l.bank)
              AND (l.withdrawn_in IS NULL OR EXISTS (SELECT 1 FROM payments_receipt r WHERE r.account = l.account AND r.day = l.day AND r.position = l.position AND r.bank = l.bank AND r.state <> 'withdrawn'))
        )
        SELECT l.bank, l.account, l.day, l.position, l.type_code, l.amount_cents, l.bank_reference, l.customer_reference, l.text, l.added_in,
               payments_receipt_key(l.account, l.day, l.amount_cents, coalesce(nullif(l.bank_reference, ''), 'md5:' || md5(l.customer_reference || '|' || l.text)),
                   row_number() OVER (PARTITION BY l.bank, l.account, l.day, l.amount_cents, coalesce(nullif(l.bank_reference, ''), 'md5:' || md5(l.customer_reference || '|' || l.text)) ORDER BY l.position)) AS key
        FROM payments_bank_line l JOIN touched USING (bank, account, day)
        WHERE l.withdrawn_in IS NULL AND l.amount_cents > 0 AND (l.type_code = ANY (p_wires) OR l.type_code LIKE ANY (p_transfers))
          AND (SELECT currency FROM payments_bank_day d WHERE (d.bank, d.account, d.day) = (l.bank, l.account, l.day) ORDER BY revision DESC LIMIT 1) = 'USD';
    ANALYZE receipt_line;
    -- A day stated anew keeps its receipts: the same money is on another line now.
    UPDATE payments_receipt r SET bank = l.bank, account = l.account, position = l.position
        FROM receipt_line l WHERE r.key = l.key AND (r.bank, r.position) IS DISTINCT FROM (l.bank, l.position) AND r.state <> 'withdrawn';
    -- A notice told of the items of a line before: together they are the line.
    UPDATE payments_receipt r SET bank = l.bank, position = l.position
        FROM receipt_line l JOIN (
            SELECT account, day, entry_reference, sum(amount_cents)::bigint AS cents FROM payments_receipt
            WHERE source = 'notice' AND position IS NULL AND entry_reference <> '' GROUP BY 1, 2, 3
        ) n ON n.account = l.account AND n.day = l.day AND n.entry_reference = l.bank_reference AND n.cents = l.amount_cents
        WHERE r.source = 'notice' AND r.position IS NULL AND r.account = l.account AND r.day = l.day AND r.entry_reference = l.bank_reference;
    withdrawn := 0;
    lost := 0;
    CREATE TEMP TABLE receipt_lost ON COMMIT DROP AS
        SELECT r.id, r.account, r.day, r.amount_cents, r.state, r.open_cents FROM payments_receipt r
        JOIN payments_bank_line k ON (k.bank, k.account, k.day, k.position) = (r.bank, r.account, r.day, r.position)
        WHERE k.withdrawn_in IS NOT NULL AND r.state <> 'withdrawn';
    FOR gone IN SELECT * FROM receipt_lost LOOP
        IF gone.state = 'new' OR (gone.state = 'waiting' AND gone.open_cents = gone.amount_cents
                AND NOT EXISTS (SELECT 1 FROM payments_receipt_act a WHERE a.receipt_id = gone.id AND a.state <> 'rejected')) THEN
            PERFORM payments_receipt_withdraw(gone.id);
            withdrawn := withdrawn + 1;
        ELSE
            lost := lost + 1;
        END IF;
    END LOOP;
    -- In place of money that was taken back, the bank may state the same money in other words: a person looks.
    INSERT INTO payments_receipt (key, source, day, amount_cents, method, channel, code, payer, text, reference, bank, account, position, reason)
        SELECT l.key, 'bank', l.day, l.amount_cents, 'wire', CASE WHEN l.type_code = ANY (p_wires) THEN 'wire' ELSE 'bank' END, 1010, '',
               concat_ws(' ', nullif(l.customer_reference, ''), nullif(l.text, '')), l.bank_reference, l.bank, l.account, l.position,
               CASE WHEN EXISTS (SELECT 1 FROM receipt_lost g WHERE g.account = l.account AND g.day = l.day AND g.amount_cents = l.amount_cents AND g.state NOT IN ('new', 'waiting'))
                    THEN 'restated' ELSE '' END
        FROM receipt_line l
        WHERE NOT EXISTS (SELECT 1 FROM payments_receipt r WHERE r.account = l.account AND r.day = l.day AND r.position = l.position AND r.bank = l.bank AND r.state <> 'withdrawn')
          AND NOT EXISTS (SELECT 1 FROM payments_recon_entry e WHERE e.source = concat_ws(':', 'bank', l.bank, l.account, l.day, l.position) AND e.match_id IS NOT NULL)
          AND NOT EXISTS (SELECT 1 FROM payments_payout o WHERE o.amount_cents = l.amount_cents AND (l.bank_reference = o.id OR position(o.id IN l.text) > 0))
        ORDER BY l.day, l.position
        ON CONFLICT (key) DO NOTHING;
    GET DIAGNOSTICS added = ROW_COUNT;
    -- What was withdrawn and is stated again comes to life again, as what waits for a look.
    WITH again AS (
        UPDATE payments_receipt r SET state = 'new', reason = 'restated', bank = l.bank, account = l.account, position = l.position
            FROM receipt_line l WHERE r.key = l.key AND r.state = 'withdrawn' RETURNING 1
    ) SELECT added + count(*) INTO added FROM again;
    DROP TABLE receipt_line, receipt_lost;
END $$;

-- Keep what was decided for receipts that are new: the account, or null with why none is sure. Those without one are
-- booked on unidentified receipts under HOUSE, whose balance row is written once for all of them.
CREATE FUNCTION payments_receipts_decide(p_ids bigint[], p_accounts text[], p_reasons text[], p_actor text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_count bigint;
BEGIN
    CREATE TEMP TABLE receipt_verdict ON COMMIT DROP AS
        SELECT v.id, v.account_number, v.reason FROM unnest(p_ids, p_accounts, p_reasons) AS v (id, account_number, reason)
        JOIN payments_receipt r ON r.id = v.id AND r.state IN ('new', 'matched') ORDER BY v.id;
    ANALYZE receipt_verdict;
    UPDATE payments_receipt r SET state = 'matched', account_number = v.account_number, reason = v.reason
        FROM receipt_verdict v WHERE r.id = v.id AND v.account_number IS NOT NULL;
    CREATE TEMP TABLE receipt_held ON COMMIT DROP AS
        SELECT nextval('ledger_transfer_id') AS id, r.id AS receipt_id, r.code, r.amount_cents::bigint AS cents, open.on_day, v.reason, 0::bigint AS seal
        FROM receipt_verdict v JOIN payments_receipt r ON r.id = v.id
        JOIN (SELECT day, ledger_open_on(day) AS on_day FROM (
                  SELECT DISTINCT r.day FROM receipt_verdict v JOIN payments_receipt r ON r.id = v.id WHERE v.account_number IS NULL) d) open ON open.day = r.day
        WHERE v.account_number IS NULL;
    UPDATE receipt_held SET seal = ledger_seal('HOUSE', on_day, id, code, 2020::smallint, cents, 'receipt', 'receipt:' || receipt_id, NULL);
    INSERT INTO ledger_balance (account_number) SELECT 'HOUSE' WHERE EXISTS (SELECT 1 FROM receipt_held) ON CONFLICT DO NOTHING;
    UPDATE ledger_balance SET version = version + h.transfers, seal = ledger_balance.seal # h.seal
        FROM (SELECT count(*) AS transfers, bit_xor(seal) AS seal FROM receipt_held HAVING count(*) > 0) h WHERE account_number = 'HOUSE';
    INSERT INTO ledger_transfer (account_number, effective_on, id, debit, credit, amount_cents, kind, reference, seal)
        SELECT 'HOUSE', on_day, id, code, 2020, cents, 'receipt', 'receipt:' || receipt_id, seal FROM receipt_held;
    UPDATE payments_receipt r SET state = 'waiting', open_cents = h.cents, account_number = NULL, reason = h.reason
        FROM receipt_held h WHERE r.id = h.receipt_id;
    INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
        SELECT p_actor, 'receipt.held', NULL, jsonb_build_object('receipt_id', receipt_id, 'reason', reason), '' FROM receipt_held;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    DROP TABLE receipt_verdict, receipt_held;
    RETURN v_count;
END $$;

-- Note the payments that the batch made of matched receipts. Returns how many.
CREATE FUNCTION payments_receipts_posted(p_ids bigint[]) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_count bigint;
BEGIN
    UPDATE payments_receipt r SET state = 'posted', payment_id = p.id, account_number = p.account_number
        FROM accounts_account a JOIN payments_payment p ON p.account_number = coalesce(a.merged_into, a.number)
        WHERE r.id = ANY (p_ids) AND r.state = 'matched' AND a.number = r.account_number AND p.key = r.key AND p.status <> 'declined';
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END $$;
