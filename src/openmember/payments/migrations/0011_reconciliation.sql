-- Reconciliation: every cent of the bank, the gateways and the books is an entry; entries that are the same
-- money are put into a match; what is in no match is the queue. The tables are the organisation's, not an account's.

CREATE TABLE payments_recon_match (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    rule text NOT NULL CHECK (rule IN ('reference', 'amount_and_day', 'sum_of_day', 'undone', 'fees', 'hand', 'explained')),
    reason text NOT NULL CHECK (reason <> ''),
    state text NOT NULL CHECK (state IN ('waiting', 'made', 'undone', 'rejected')),
    -- What had to be posted so that it adds up: added to money when above zero, against posted_code.
    posted_cents bigint NOT NULL DEFAULT 0,
    posted_code smallint CHECK (posted_code IN (5060, 5070)),
    transfer_id bigint,
    booked_on date NOT NULL,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    approved_by text NOT NULL DEFAULT '' CHECK (approved_by <> made_by),
    undone_by text NOT NULL DEFAULT '',
    undone_at timestamptz,
    undone_reason text NOT NULL DEFAULT '',
    CHECK ((posted_cents <> 0) = (posted_code IS NOT NULL)),
    CHECK ((state IN ('undone', 'rejected')) = (undone_at IS NOT NULL AND undone_reason <> '' AND undone_by <> ''))
);
CREATE INDEX payments_recon_waiting ON payments_recon_match (id) WHERE state = 'waiting';
CREATE TRIGGER payments_recon_match_guard BEFORE DELETE OR UPDATE OF id, rule, reason, posted_cents, posted_code, booked_on, made_by, made_at
    ON payments_recon_match FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- `side` is who says so. `amount_cents` is above zero for money that came to us. `code` is where it stands
-- in the books; `basket` the payout a gateway's line is in. One source gives one entry, or for the books one for
-- each day's change of what a reference says about a code.
CREATE TABLE payments_recon_entry (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    side text NOT NULL CHECK (side IN ('bank', 'payout', 'gateway', 'books')),
    source text COLLATE "C" NOT NULL UNIQUE,
    day date NOT NULL,
    code smallint NOT NULL,
    amount_cents bigint NOT NULL CHECK (amount_cents <> 0),
    kind text NOT NULL,
    reference text NOT NULL,
    text text NOT NULL DEFAULT '',
    channel text NOT NULL DEFAULT '',
    basket text NOT NULL DEFAULT '',
    account_number varchar(12) COLLATE "C",
    payment_id bigint,
    match_id bigint REFERENCES payments_recon_match,
    withdrawn boolean NOT NULL DEFAULT false,
    loaded_at timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 90);
CREATE INDEX payments_recon_open ON payments_recon_entry (side, day) WHERE match_id IS NULL AND NOT withdrawn;
-- By side too: a match of a day may hold a hundred thousand payments and one line of the bank.
CREATE INDEX payments_recon_by_match ON payments_recon_entry (match_id, side) WHERE match_id IS NOT NULL;
CREATE INDEX payments_recon_by_payment ON payments_recon_entry (payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX payments_recon_by_basket ON payments_recon_entry (basket) WHERE basket <> '';
CREATE TRIGGER payments_recon_entry_guard BEFORE DELETE OR UPDATE OF id, side, source, day, code, amount_cents, kind, reference, account_number, payment_id
    ON payments_recon_entry FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- What was ever in a match, undone or not.
CREATE TABLE payments_recon_part (
    match_id bigint NOT NULL REFERENCES payments_recon_match,
    entry_id bigint NOT NULL REFERENCES payments_recon_entry,
    PRIMARY KEY (match_id, entry_id)
);
CREATE INDEX payments_recon_part_of ON payments_recon_part (entry_id);
CREATE TRIGGER payments_recon_part_guard BEFORE UPDATE OR DELETE ON payments_recon_part
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- What people wrote about an entry. `timing` says that the other side is on its way.
CREATE TABLE payments_recon_note (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    entry_id bigint NOT NULL REFERENCES payments_recon_entry,
    kind text NOT NULL CHECK (kind IN ('timing', 'note')),
    text text NOT NULL CHECK (text <> ''),
    actor text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX payments_recon_note_of ON payments_recon_note (entry_id);
CREATE TRIGGER payments_recon_note_guard BEFORE UPDATE OR DELETE ON payments_recon_note
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

-- Each day that was reconciled, the last time with what it found.
CREATE TABLE payments_recon_run (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    day date NOT NULL,
    facts jsonb NOT NULL,
    actor text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE TRIGGER payments_recon_run_guard BEFORE UPDATE OR DELETE ON payments_recon_run
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();

DO $$
DECLARE
    history text;
BEGIN
    FOREACH history IN ARRAY ARRAY['payments_bank_day', 'payments_bank_line', 'payments_payout', 'payments_payout_line', 'payments_recon_match',
        'payments_recon_entry', 'payments_recon_part', 'payments_recon_note', 'payments_recon_run'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history()', history || '_truncation', history);
    END LOOP;
END $$;

-- What the books say of money: for each reference, kind, day and code, what came to the code or left it.
-- A settlement only moves money from clearing to the bank, and what a match posts explains an entry: neither is one.
CREATE FUNCTION payments_book_movements(p_since date, p_until date)
RETURNS TABLE (account_number text, reference text, kind text, day date, code smallint, cents bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT t.account_number, t.reference, t.kind, t.effective_on, side.code, sum(side.cents)::bigint
    FROM ledger_transfer t CROSS JOIN LATERAL (VALUES (t.debit::smallint, t.amount_cents::bigint), (t.credit::smallint, -t.amount_cents)) AS side (code, cents)
    WHERE t.effective_on BETWEEN p_since AND p_until AND t.kind NOT IN ('settlement', 'recon') AND side.code IN (1010, 1020, 1030, 1040, 1050)
    GROUP BY 1, 2, 3, 4, 5
$$;

-- Load what is new on every side up to a day. Again loads nothing. Returns how many entries were added.
CREATE FUNCTION payments_recon_load(p_until date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    -- Closed months take no transfers, so what they hold is loaded, if a run came before the closing.
    v_since date := coalesce((SELECT ledger_open_on('1900-01-01')), '1900-01-01');
    v_added bigint := 0;
    v_rows bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('payments_recon'));
    IF NOT EXISTS (SELECT 1 FROM payments_recon_entry WHERE side = 'books') THEN
        v_since := '1900-01-01';
    END IF;
    INSERT INTO payments_recon_entry (side, source, day, code, amount_cents, kind, reference, text, channel)
        SELECT 'bank', concat_ws(':', 'bank', l.bank, l.account, l.day, l.position), l.day, 1010, l.amount_cents, l.type_code,
               l.bank_reference, concat_ws(' ', nullif(l.customer_reference, ''), nullif(l.text, '')), 'ending ' || right(l.account, 4)
        FROM payments_bank_line l
        WHERE l.day <= p_until AND l.withdrawn_in IS NULL
          AND (SELECT currency FROM payments_bank_day d WHERE (d.bank, d.account, d.day) = (l.bank, l.account, l.day) ORDER BY revision DESC LIMIT 1) = 'USD'
        ON CONFLICT (source) DO NOTHING;
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    v_added := v_added + v_rows;
    UPDATE payments_recon_entry e SET withdrawn = true FROM payments_bank_line l
        WHERE l.withdrawn_in IS NOT NULL AND NOT e.withdrawn AND e.match_id IS NULL
          AND e.source = concat_ws(':', 'bank', l.bank, l.account, l.day, l.position);
    INSERT INTO payments_recon_entry (side, source, day, code, amount_cents, kind, reference, channel, basket)
        SELECT 'payout', concat_ws(':', 'payout', gateway, id), arrives_on, 1010, amount_cents, 'payout', id, gateway, gateway || ':' || id
        FROM payments_payout WHERE amount_cents <> 0
        UNION ALL
        SELECT 'gateway', concat_ws(':', 'fees', gateway, id), arrives_on, 1010, -fee_cents, 'fees', id, gateway, gateway || ':' || id
        FROM payments_payout WHERE fee_cents <> 0
        UNION ALL
        SELECT 'gateway', concat_ws(':', 'gateway', l.gateway, l.id), l.day, 1020, l.amount_cents, l.kind, l.reference, l.gateway, l.gateway || ':' || l.payout_id
        FROM payments_payout_line l WHERE l.amount_cents <> 0
        ON CONFLICT (source) DO NOTHING;
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    v_added := v_added + v_rows;
    -- The books: what a group says now, less what its entries said before, so that late postings are entries too.
    INSERT INTO payments_recon_entry (side, source, day, code, amount_cents, kind, reference, text, channel, basket, account_number, payment_id)
        SELECT 'books', concat_ws(':', 'books', n.account_number, n.reference, n.kind, n.day, n.code, coalesce(k.parts, 0) + 1), n.day, n.code,
               n.cents - coalesce(k.cents, 0), n.kind, n.reference, coalesce(p.key, ''), coalesce(p.channel, ''), coalesce(p.gateway, ''), n.account_number, p.id
        FROM payments_book_movements(v_since, p_until) n
        LEFT JOIN (
            SELECT account_number, reference, kind, day, code, sum(amount_cents)::bigint AS cents, count(*) AS parts
            FROM payments_recon_entry WHERE side = 'books' AND day >= v_since GROUP BY 1, 2, 3, 4, 5
        ) k USING (account_number, reference, kind, day, code)
        LEFT JOIN payments_payment p ON p.account_number = n.account_number
            AND p.id = CASE WHEN n.reference ~ '^payment:[0-9]{1,18}$' THEN split_part(n.reference, ':', 2)::bigint END
        WHERE n.cents <> coalesce(k.cents, 0);
    GET DIAGNOSTICS v_rows = ROW_COUNT;
    IF v_added + v_rows > 1000 THEN
        -- Nothing is known of rows just written; without this the joins that follow are planned for a few.
        ANALYZE payments_recon_entry;
    END IF;
    RETURN v_added + v_rows;
END $$;

-- Whether the bank has confirmed each entry of the books: its match holds a line of the bank, or of a gateway
-- whose payout is matched with one, or says that the money never went to the bank.
CREATE VIEW payments_recon_confirmed AS
SELECT b.id, b.account_number, b.payment_id, b.code, b.amount_cents
FROM payments_recon_entry b JOIN payments_recon_match m ON m.id = b.match_id AND m.state = 'made'
WHERE b.side = 'books' AND NOT EXISTS (
    SELECT 1 FROM payments_recon_entry g
    WHERE g.match_id = b.match_id AND g.side = 'gateway' AND NOT EXISTS (
        SELECT 1 FROM payments_recon_entry o JOIN payments_recon_match om ON om.id = o.match_id AND om.state = 'made'
        WHERE o.side = 'payout' AND o.basket = g.basket
          AND EXISTS (SELECT 1 FROM payments_recon_entry k WHERE k.match_id = om.id AND k.side = 'bank')));

-- Move the money of payments from clearing to the bank as far as the bank confirmed it, or back where a match
-- was undone; payments that arrived so are settled. Set-based. Locks the balance rows, in order.
-- Works with its caller's rights, as what carries out a match does: only matching and undoing can use them.
CREATE FUNCTION payments_recon_clear(p_payments bigint[], p_on date, p_actor text) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_count bigint;
BEGIN
    CREATE TEMP TABLE recon_payment ON COMMIT DROP AS
        SELECT e.account_number, e.payment_id, 'payment:' || e.payment_id AS reference, min(e.day) AS since
        FROM unnest(p_payments) AS asked (payment_id) JOIN payments_recon_entry e ON e.payment_id = asked.payment_id
        WHERE e.side = 'books' GROUP BY 1, 2;
    ANALYZE recon_payment;
    -- Settlements of before, found account by account in few months; then told apart by reference.
    CREATE TEMP TABLE recon_moved ON COMMIT DROP AS
        SELECT t.account_number, t.reference, side.code, sum(side.cents)::bigint AS cents
        FROM ledger_transfer t CROSS JOIN LATERAL (VALUES (t.debit::smallint, -t.amount_cents::bigint), (t.credit::smallint, t.amount_cents::bigint)) AS side (code, cents)
        WHERE t.kind = 'settlement' AND side.code <> 1010 AND t.effective_on >= (SELECT min(since) FROM recon_payment)
          AND t.account_number IN (SELECT account_number FROM recon_payment) GROUP BY 1, 2, 3;
    ANALYZE recon_moved;
    PERFORM 1 FROM ledger_balance WHERE account_number IN (SELECT account_number FROM recon_payment) ORDER BY account_number FOR NO KEY UPDATE;
    CREATE TEMP TABLE recon_posting ON COMMIT DROP AS
        WITH confirmed AS (
            SELECT c.account_number, c.payment_id, c.code, sum(c.amount_cents)::bigint AS cents
            FROM payments_recon_confirmed c JOIN recon_payment USING (account_number, payment_id) WHERE c.code <> 1010 GROUP BY 1, 2, 3
        ), moved AS (
            SELECT r.account_number, r.payment_id, m.code, m.cents FROM recon_payment r JOIN recon_moved m USING (account_number, reference)
        )
        SELECT nextval('ledger_transfer_id') AS id, account_number, payment_id, code,
               coalesce(confirmed.cents, 0) - coalesce(moved.cents, 0) AS cents
        FROM confirmed FULL JOIN moved USING (account_number, payment_id, code)
        WHERE coalesce(confirmed.cents, 0) <> coalesce(moved.cents, 0);
    ALTER TABLE recon_posting ADD debit smallint, ADD credit smallint, ADD seal bigint;
    UPDATE recon_posting SET debit = CASE WHEN cents > 0 THEN 1010 ELSE code END, credit = CASE WHEN cents > 0 THEN code ELSE 1010 END;
    UPDATE recon_posting SET seal = ledger_seal(account_number, p_on, id, debit, credit, abs(cents), 'settlement', 'payment:' || payment_id, NULL);
    INSERT INTO ledger_transfer (account_number, effective_on, id, debit, credit, amount_cents, kind, reference, seal)
        SELECT account_number, p_on, id, debit, credit, abs(cents), 'settlement', 'payment:' || payment_id, seal FROM recon_posting;
    UPDATE ledger_balance b SET version = b.version + p.transfers, seal = b.seal # p.seal
        FROM (SELECT account_number, count(*) AS transfers, bit_xor(seal) AS seal FROM recon_posting GROUP BY 1) p
        WHERE b.account_number = p.account_number;
    WITH arrived AS (
        SELECT p.account_number, p.id FROM recon_payment r JOIN payments_payment p ON p.account_number = r.account_number AND p.id = r.payment_id
        WHERE p.status = 'accepted' AND EXISTS (
            SELECT 1 FROM payments_recon_confirmed c WHERE c.payment_id = p.id AND c.account_number = p.account_number AND c.amount_cents > 0)
    ), stepped AS (
        INSERT INTO payments_move (account_number, payment_id, position, from_status, to_status, actor, reason)
            SELECT a.account_number, a.id, (SELECT count(*) + 1 FROM payments_move m WHERE m.account_number = a.account_number AND m.payment_id = a.id),
                   'accepted', 'settled', p_actor, 'the bank has it'
            FROM arrived a RETURNING account_number, payment_id
    )
    UPDATE payments_payment p SET status = 'settled' FROM stepped s WHERE p.account_number = s.account_number AND p.id = s.payment_id;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    DROP TABLE recon_posting, recon_moved, recon_payment;
    RETURN v_count;
END $$;

-- The payments whose money moves, or moves back, when these matches change.
CREATE FUNCTION payments_recon_payments(p_matches bigint[]) RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH changed AS (
        SELECT e.* FROM payments_recon_part x JOIN payments_recon_entry e ON e.id = x.entry_id WHERE x.match_id = ANY (p_matches)
    ), basket AS (SELECT DISTINCT basket FROM changed WHERE side = 'payout')
    SELECT coalesce(array_agg(DISTINCT payment_id), '{}') FROM (
        SELECT payment_id FROM changed WHERE side = 'books' AND payment_id IS NOT NULL
        UNION ALL
        SELECT b.payment_id FROM payments_recon_entry g JOIN basket USING (basket)
        JOIN payments_recon_entry b ON b.match_id = g.match_id AND b.side = 'books' AND b.payment_id IS NOT NULL
        WHERE g.side = 'gateway' AND g.match_id IS NOT NULL
    ) touched
$$;

-- By how much a match does not add up: what the one side says, less what the other says. Of two sides the one
-- nearer to the bank speaks first.
CREATE FUNCTION payments_recon_gap(p_entries bigint[]) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH side AS (
        SELECT array_position('{bank,payout,gateway,books}'::text[], side) AS place, sum(amount_cents)::bigint AS cents
        FROM payments_recon_entry WHERE id = ANY (p_entries) GROUP BY 1
    ), first AS (SELECT min(place) AS place FROM side WHERE place < 4)
    SELECT coalesce(sum(CASE WHEN side.place = first.place THEN cents ELSE -cents END), 0)::bigint FROM side CROSS JOIN first
$$;

-- Post what a match needs, and settle its payments. What belongs to no member, such as a processor's fees, stands
-- under HOUSE, a number no account can have.
CREATE FUNCTION payments_recon_carry_out(p_match bigint, p_on date, p_actor text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    match payments_recon_match;
BEGIN
    SELECT * INTO match FROM payments_recon_match WHERE id = p_match;
    INSERT INTO ledger_balance (account_number) VALUES ('HOUSE') ON CONFLICT DO NOTHING;
    IF match.posted_cents > 0 THEN
        UPDATE payments_recon_match SET transfer_id = ledger_post('HOUSE', 1010::smallint, match.posted_code, match.posted_cents, 'recon', p_on, 'match:' || p_match)
            WHERE id = p_match;
    ELSIF match.posted_cents < 0 THEN
        UPDATE payments_recon_match SET transfer_id = ledger_post('HOUSE', match.posted_code, 1010::smallint, -match.posted_cents, 'recon', p_on, 'match:' || p_match)
            WHERE id = p_match;
    END IF;
    PERFORM payments_recon_clear(payments_recon_payments(ARRAY[p_match]), p_on, p_actor);
END $$;

-- Put open entries into one match by hand. p_posted is what is posted to p_code so that it adds up; 0 for none.
-- With p_waits it stands until a second person agrees. Returns the match.
-- Refuses: not_open, three_sides, unequal.
CREATE FUNCTION payments_recon_match_by_hand(
    p_entries bigint[], p_rule text, p_reason text, p_posted bigint, p_code smallint, p_waits boolean, p_on date, p_actor text
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_match bigint;
    v_gap bigint;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('payments_recon'));
    IF cardinality(p_entries) = 0 OR cardinality(p_entries) <> (SELECT count(*) FROM payments_recon_entry WHERE id = ANY (p_entries) AND match_id IS NULL AND NOT withdrawn) THEN
        PERFORM kernel_refuse('not_open', 'one of these is matched already, or is not there any more');
    ELSIF (SELECT count(DISTINCT side) FROM payments_recon_entry WHERE id = ANY (p_entries)) > 2 THEN
        PERFORM kernel_refuse('three_sides', 'match two sides at a time');
    ELSIF EXISTS (SELECT 1 FROM payments_recon_entry WHERE id = ANY (p_entries) AND side = 'bank')
          AND EXISTS (SELECT 1 FROM payments_recon_entry WHERE id = ANY (p_entries) AND side = 'gateway')
          OR EXISTS (SELECT 1 FROM payments_recon_entry WHERE id = ANY (p_entries) AND side = 'payout')
          AND EXISTS (SELECT 1 FROM payments_recon_entry WHERE id = ANY (p_entries) AND side IN ('gateway', 'books')) THEN
        PERFORM kernel_refuse('wrong_sides', 'the bank is matched with payouts or with the books, and what a gateway took with the books');
    END IF;
    v_gap := payments_recon_gap(p_entries);
    -- A match within one side says that its entries undo one another.
    IF v_gap <> p_posted THEN
        PERFORM kernel_refuse('unequal', format('the two sides differ by %s cents', v_gap - p_posted));
    END IF;
    INSERT INTO payments_recon_match (rule, reason, state, posted_cents, posted_code, booked_on, made_by)
        VALUES (p_rule, p_reason, CASE WHEN p_waits THEN 'waiting' ELSE 'made' END, p_posted, CASE WHEN p_posted <> 0 THEN p_code END, p_on, p_actor)
        RETURNING id INTO v_match;
    INSERT INTO payments_recon_part SELECT v_match, unnest(p_entries);
    UPDATE payments_recon_entry SET match_id = v_match WHERE id = ANY (p_entries);
    IF NOT p_waits THEN
        PERFORM payments_recon_carry_out(v_match, p_on, p_actor);
    END IF;
    RETURN v_match;
END $$;

-- Agree to a match that waits. Refuses: not_waiting, same_person.
CREATE FUNCTION payments_recon_approve(p_match bigint, p_on date, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    match payments_recon_match;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('payments_recon'));
    SELECT * INTO match FROM payments_recon_match WHERE id = p_match;
    IF match.state IS DISTINCT FROM 'waiting' THEN
        PERFORM kernel_refuse('not_waiting', 'this does not wait for anybody any more');
    ELSIF match.made_by = p_actor THEN
        PERFORM kernel_refuse('same_person', 'a second person has to agree');
    END IF;
    UPDATE payments_recon_match SET state = 'made', approved_by = p_actor WHERE id = p_match;
    PERFORM payments_recon_carry_out(p_match, p_on, p_actor);
END $$;

-- Take a match apart, or reject one that waits: its entries are open again, and what it posted is reversed.
-- Refuses: not_matched.
CREATE FUNCTION payments_recon_undo(p_match bigint, p_reason text, p_on date, p_actor text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    match payments_recon_match;
    v_payments bigint[];
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('payments_recon'));
    SELECT * INTO match FROM payments_recon_match WHERE id = p_match;
    IF match.state IS NULL OR match.state NOT IN ('made', 'waiting') THEN
        PERFORM kernel_refuse('not_matched', 'this match was taken apart already');
    END IF;
    v_payments := payments_recon_payments(ARRAY[p_match]);
    UPDATE payments_recon_entry SET match_id = NULL WHERE match_id = p_match;
    UPDATE payments_recon_match SET state = CASE match.state WHEN 'waiting' THEN 'rejected' ELSE 'undone' END,
        undone_by = p_actor, undone_at = clock_timestamp(), undone_reason = p_reason WHERE id = p_match;
    IF match.transfer_id IS NOT NULL THEN
        PERFORM ledger_reverse('HOUSE', match.transfer_id, 'recon', p_on, 'match:' || p_match);
    END IF;
    IF match.state = 'made' THEN
        PERFORM payments_recon_clear(v_payments, p_on, p_actor);
    END IF;
END $$;

CREATE FUNCTION payments_recon_add_note(p_entry bigint, p_kind text, p_text text, p_actor text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO payments_recon_note (entry_id, kind, text, actor) VALUES (p_entry, p_kind, p_text, p_actor)
$$;

-- Payments of which the bank confirmed everything and whose money still, or again, stands in clearing.
CREATE FUNCTION payments_recon_unmoved() RETURNS TABLE (account_number text, payment_id bigint, cents bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH whole AS (
        SELECT e.account_number, e.payment_id, e.code, sum(e.amount_cents)::bigint AS cents
        FROM payments_recon_entry e LEFT JOIN payments_recon_confirmed c USING (id)
        WHERE e.side = 'books' AND e.code <> 1010 AND e.payment_id IS NOT NULL
        GROUP BY 1, 2, 3 HAVING count(*) = count(c.id)
    ), moved AS (
        SELECT t.account_number, split_part(t.reference, ':', 2)::bigint AS payment_id, side.code, sum(side.cents)::bigint AS cents
        FROM ledger_transfer t CROSS JOIN LATERAL (VALUES (t.debit::smallint, -t.amount_cents::bigint), (t.credit::smallint, t.amount_cents::bigint)) AS side (code, cents)
        WHERE t.kind = 'settlement' AND t.reference LIKE 'payment:%' AND side.code <> 1010 GROUP BY 1, 2, 3
    )
    SELECT whole.account_number, whole.payment_id, whole.cents - coalesce(moved.cents, 0)
    FROM whole LEFT JOIN moved USING (account_number, payment_id, code) WHERE whole.cents <> coalesce(moved.cents, 0)
$$;
