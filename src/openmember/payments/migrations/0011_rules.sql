-- The rules by which entries are matched, each with the reason it gives, run in one order every day. No rule
-- guesses: where two pairings are possible, none is made. Only the run itself works with its owner's rights.

-- Make the matches of recon_pair (nth, entry_id), one for each nth, and return their ids.
CREATE FUNCTION payments_recon_make(p_rule text, p_reason text, p_on date, p_actor text) RETURNS bigint[]
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_first bigint;
    v_ids bigint[];
BEGIN
    IF NOT EXISTS (SELECT 1 FROM recon_pair) THEN
        RETURN '{}';
    END IF;
    WITH made AS (
        INSERT INTO payments_recon_match (rule, reason, state, booked_on, made_by)
            SELECT p_rule, p_reason, 'made', p_on, p_actor FROM (SELECT DISTINCT nth FROM recon_pair) wanted RETURNING id
    ) SELECT array_agg(id ORDER BY id) INTO v_ids FROM made;
    UPDATE recon_pair r SET match_id = v_ids[n.place] FROM (SELECT nth, row_number() OVER (ORDER BY nth) AS place FROM (SELECT DISTINCT nth FROM recon_pair) d) n WHERE r.nth = n.nth;
    INSERT INTO payments_recon_part SELECT match_id, entry_id FROM recon_pair;
    UPDATE payments_recon_entry e SET match_id = r.match_id FROM recon_pair r WHERE e.id = r.entry_id;
    TRUNCATE recon_pair;
    RETURN v_ids;
END $$;

-- Entries of two sides that are each other's only candidate. p_exact asks for the same reference in words, else
-- only the amount is compared, within p_days of each other.
CREATE FUNCTION payments_recon_pair_up(p_ours text, p_exact boolean, p_days integer, p_until date) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO recon_pair (nth, entry_id)
    WITH candidate AS (
        SELECT k.id AS bank_id, o.id AS our_id
        FROM payments_recon_entry k JOIN payments_recon_entry o ON o.amount_cents = k.amount_cents
            AND k.day BETWEEN o.day - CASE WHEN p_exact THEN 30 ELSE 1 END AND o.day + CASE WHEN p_exact THEN 90 ELSE p_days END
        WHERE k.side = 'bank' AND k.match_id IS NULL AND NOT k.withdrawn AND k.day <= p_until
          AND o.side = p_ours AND o.match_id IS NULL AND o.day <= p_until + 1
          -- What a gateway took comes with a payout, and takings of a day come as a sum.
          AND (p_ours = 'payout' OR o.basket = '') AND (p_exact OR p_ours = 'payout' OR o.code = 1010)
          AND (NOT p_exact OR length(coalesce(nullif(o.text, ''), o.reference)) >= 6 AND (' ' || k.reference || ' ' || k.text || ' ') ILIKE '% ' || replace(replace(coalesce(nullif(o.text, ''), o.reference), '%', ''), '_', '\_') || ' %')
    ), sole AS (
        SELECT bank_id, our_id, row_number() OVER (ORDER BY bank_id) AS nth FROM candidate
        WHERE bank_id IN (SELECT bank_id FROM candidate GROUP BY 1 HAVING count(*) = 1) AND our_id IN (SELECT our_id FROM candidate GROUP BY 1 HAVING count(*) = 1)
    )
    SELECT nth, bank_id FROM sole UNION ALL SELECT nth, our_id FROM sole;
END $$;

-- A line of the bank that is the sum of one day's takings: all that is open of a code and a day, or of one
-- channel of it. The day must be the only one that makes the sum, and the line the only one it makes.
CREATE FUNCTION payments_recon_sum_up(p_by_channel boolean, p_days integer, p_until date) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO recon_pair (nth, entry_id)
    WITH taking AS (
        SELECT code, day, CASE WHEN p_by_channel THEN channel ELSE '' END AS channel, sum(amount_cents)::bigint AS cents
        FROM payments_recon_entry
        WHERE side = 'books' AND match_id IS NULL AND basket = '' AND code IN (1030, 1040, 1050) AND day <= p_until
        GROUP BY 1, 2, 3
    ), candidate AS (
        SELECT k.id AS bank_id, t.code, t.day, t.channel
        FROM payments_recon_entry k JOIN taking t ON t.cents = k.amount_cents AND k.day BETWEEN t.day AND t.day + p_days
        WHERE k.side = 'bank' AND k.match_id IS NULL AND NOT k.withdrawn AND k.day <= p_until
    ), sole AS (
        SELECT *, row_number() OVER (ORDER BY bank_id) AS nth FROM candidate
        WHERE bank_id IN (SELECT bank_id FROM candidate GROUP BY 1 HAVING count(*) = 1)
          AND (code, day, channel) IN (SELECT code, day, channel FROM candidate GROUP BY 1, 2, 3 HAVING count(*) = 1)
    )
    SELECT nth, bank_id FROM sole
    UNION ALL
    SELECT o.nth, e.id FROM sole o JOIN payments_recon_entry e ON e.side = 'books' AND e.match_id IS NULL AND e.basket = ''
        AND e.code = o.code AND e.day = o.day AND (NOT p_by_channel OR e.channel = o.channel);
END $$;

-- Run every rule up to a day, and carry out what was matched. Returns how many matches each rule made.
CREATE FUNCTION payments_recon_run(p_until date, p_on date, p_days integer, p_actor text) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_ids bigint[];
    v_all bigint[] := '{}';
    v_facts jsonb := '{}';
    v_added bigint;
    fee record;
    v_match bigint;
    v_fees bigint := 0;
    withdrawn record;
BEGIN
    v_added := payments_recon_load(p_until);
    -- What the bank takes back from its statement is in no match any more.
    FOR withdrawn IN
        SELECT DISTINCT e.match_id FROM payments_recon_entry e JOIN payments_bank_line l ON e.source = concat_ws(':', 'bank', l.bank, l.account, l.day, l.position)
        WHERE l.withdrawn_in IS NOT NULL AND e.match_id IS NOT NULL
    LOOP
        PERFORM payments_recon_undo(withdrawn.match_id, 'the bank withdrew the line', p_on, p_actor);
    END LOOP;
    PERFORM payments_recon_load(p_until);
    CREATE TEMP TABLE recon_pair (nth bigint NOT NULL, entry_id bigint NOT NULL, match_id bigint) ON COMMIT DROP;

    -- What was voided before it left for the bank.
    INSERT INTO recon_pair (nth, entry_id)
        SELECT payment_id, id FROM payments_recon_entry e
        WHERE side = 'books' AND match_id IS NULL AND payment_id IN (
            SELECT payment_id FROM payments_recon_entry WHERE side = 'books' AND match_id IS NULL AND basket = '' AND day <= p_until AND kind IN ('payment', 'voided')
            GROUP BY payment_id HAVING sum(amount_cents) = 0 AND count(DISTINCT kind) = 2)
          AND kind IN ('payment', 'voided');
    v_ids := payments_recon_make('undone', 'the payment was voided: it never went to the bank', p_on, p_actor);
    v_facts := v_facts || jsonb_build_object('undone', cardinality(v_ids));
    v_all := v_all || v_ids;

    -- What a gateway took or gave back, and the same in the books.
    INSERT INTO recon_pair (nth, entry_id)
        WITH gateway AS (
            SELECT e.id, coalesce(l.payment_id, f.payment_id) AS payment_id, e.amount_cents,
                   row_number() OVER (PARTITION BY coalesce(l.payment_id, f.payment_id), e.amount_cents ORDER BY e.day, e.id) AS turn
            FROM payments_recon_entry e
            JOIN payments_payout_line l ON e.source = concat_ws(':', 'gateway', l.gateway, l.id)
            LEFT JOIN payments_refund f ON f.id = l.refund_id
            WHERE e.side = 'gateway' AND e.match_id IS NULL AND coalesce(l.payment_id, f.payment_id) IS NOT NULL
        ), book AS (
            SELECT id, payment_id, amount_cents, row_number() OVER (PARTITION BY payment_id, amount_cents ORDER BY day, id) AS turn
            FROM payments_recon_entry WHERE side = 'books' AND match_id IS NULL AND basket <> '' AND day <= p_until
        ), pair AS (
            SELECT g.id AS gateway_id, b.id AS book_id, row_number() OVER (ORDER BY g.id) AS nth FROM gateway g JOIN book b USING (payment_id, amount_cents, turn)
        )
        SELECT nth, gateway_id FROM pair UNION ALL SELECT nth, book_id FROM pair;
    v_ids := payments_recon_make('reference', 'the gateway and the books name the same payment and amount', p_on, p_actor);
    v_facts := v_facts || jsonb_build_object('gateway', cardinality(v_ids));
    v_all := v_all || v_ids;

    PERFORM payments_recon_pair_up('payout', true, p_days, p_until);
    v_ids := payments_recon_make('reference', 'the bank names the payout, and the amount is the same', p_on, p_actor);
    v_all := v_all || v_ids;
    PERFORM payments_recon_pair_up('books', true, p_days, p_until);
    v_facts := v_facts || jsonb_build_object('reference', cardinality(v_ids));
    v_ids := payments_recon_make('reference', 'the bank names the reference of the books, and the amount is the same', p_on, p_actor);
    v_facts := v_facts || jsonb_build_object('reference', (v_facts ->> 'reference')::integer + cardinality(v_ids));
    v_all := v_all || v_ids;

    PERFORM payments_recon_pair_up('payout', false, p_days, p_until);
    v_ids := payments_recon_make('amount_and_day', format('the only payout of this amount within %s days', p_days), p_on, p_actor);
    v_all := v_all || v_ids;
    v_facts := v_facts || jsonb_build_object('amount_and_day', cardinality(v_ids));
    PERFORM payments_recon_pair_up('books', false, p_days, p_until);
    v_ids := payments_recon_make('amount_and_day', format('the only posting of this amount within %s days', p_days), p_on, p_actor);
    v_all := v_all || v_ids;
    v_facts := v_facts || jsonb_build_object('amount_and_day', (v_facts ->> 'amount_and_day')::integer + cardinality(v_ids));

    PERFORM payments_recon_sum_up(true, p_days, p_until);
    v_ids := payments_recon_make('sum_of_day', format('all that one channel took on one day, within %s days', p_days), p_on, p_actor);
    v_all := v_all || v_ids;
    v_facts := v_facts || jsonb_build_object('sum_of_day', cardinality(v_ids));
    PERFORM payments_recon_sum_up(false, p_days, p_until);
    v_ids := payments_recon_make('sum_of_day', format('all that came on one day, within %s days', p_days), p_on, p_actor);
    v_all := v_all || v_ids;
    v_facts := v_facts || jsonb_build_object('sum_of_day', (v_facts ->> 'sum_of_day')::integer + cardinality(v_ids));
    DROP TABLE recon_pair;

    -- A gateway keeps its fees from a payout: once that is here, they are paid.
    FOR fee IN
        SELECT f.id, f.amount_cents FROM payments_recon_entry f
        WHERE f.side = 'gateway' AND f.kind = 'fees' AND f.match_id IS NULL AND EXISTS (
            SELECT 1 FROM payments_recon_entry o JOIN payments_recon_match m ON m.id = o.match_id AND m.state = 'made' WHERE o.side = 'payout' AND o.basket = f.basket)
        ORDER BY f.id
    LOOP
        v_match := payments_recon_match_by_hand(ARRAY[fee.id], 'fees', 'the fees the gateway kept from this payout', fee.amount_cents, 5060::smallint, false, p_on, p_actor);
        v_fees := v_fees + 1;
    END LOOP;
    v_facts := v_facts || jsonb_build_object('fees', v_fees, 'loaded', v_added,
        'settled', payments_recon_clear(payments_recon_payments(v_all), p_on, p_actor));
    INSERT INTO payments_recon_run (day, facts, actor) VALUES (p_until, v_facts, p_actor);
    RETURN v_facts;
END $$;
