-- What lies in a drawer, and what was over or short in it, is matched as its deposit and in no other way: not with a
-- line that happens to be as much. By amount alone only a line that says it is a deposit is one.

-- Whether a line of the bank says it is a deposit: of cash or checks, in BAI2's type codes or ISO 20022's.
CREATE FUNCTION payments_recon_is_deposit(p_type text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT p_type IN ('115', '142', '164', '172', '173', '174', '175', '301', 'NCHK', 'NDPT') OR p_type LIKE 'PMNT-CNTR-%' OR p_type LIKE 'PMNT-RCHQ-%'
$$;

-- Whether a line names the slip of a deposit: its digits by themselves, with or without the zeros before them.
CREATE FUNCTION payments_recon_names_slip(p_said text, p_slip text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT p_said ~ ('(^|[^0-9])0*' || ltrim(p_slip, '0') || '([^0-9]|$)')
$$;

-- Whether an entry of the books lies in a drawer or came of counting one.
CREATE FUNCTION payments_recon_in_drawer(e payments_recon_entry) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT e.source LIKE 'books:HOUSE:drawer:%' OR (e.payment_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM payments_drawer_payment t WHERE (t.account_number, t.payment_id) = (e.account_number, e.payment_id) AND t.method IN ('cash', 'check')))
$$;

-- Entries of two sides that are each other's only candidate. p_exact asks for the same reference in words, else
-- only the amount is compared, within p_days of each other.
CREATE OR REPLACE FUNCTION payments_recon_pair_single(p_ours text, p_exact boolean, p_days integer, p_until date) RETURNS void
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
          AND (p_ours = 'payout' OR (o.basket = '' AND NOT payments_recon_in_drawer(o))) AND (p_exact OR p_ours = 'payout' OR o.code = 1010)
          AND (NOT p_exact OR length(coalesce(nullif(o.text, ''), o.reference)) >= 6 AND (' ' || k.reference || ' ' || k.text || ' ') ILIKE '% ' || replace(replace(coalesce(nullif(o.text, ''), o.reference), '%', ''), '_', '\_') || ' %')
    ), sole AS (
        SELECT bank_id, our_id, row_number() OVER (ORDER BY bank_id) AS nth FROM candidate
        WHERE bank_id IN (SELECT bank_id FROM candidate GROUP BY 1 HAVING count(*) = 1) AND our_id IN (SELECT our_id FROM candidate GROUP BY 1 HAVING count(*) = 1)
    )
    SELECT nth, bank_id FROM sole UNION ALL SELECT nth, our_id FROM sole;
END $$;

-- A line of the bank that is the sum of one day's takings: all that is open of a code and a day, or of one
-- channel of it. The day must be the only one that makes the sum, and the line the only one it makes.
CREATE OR REPLACE FUNCTION payments_recon_sum_up(p_by_channel boolean, p_days integer, p_until date) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    CREATE TEMP TABLE recon_taking ON COMMIT DROP AS
        SELECT e.id, e.code, e.day, CASE WHEN p_by_channel THEN e.channel ELSE '' END AS channel, e.amount_cents
        FROM payments_recon_entry e
        WHERE e.side = 'books' AND e.match_id IS NULL AND e.basket = '' AND e.code IN (1030, 1040, 1050) AND e.day <= p_until
          AND (e.code = 1030 OR NOT payments_recon_in_drawer(e));
    INSERT INTO recon_pair (nth, entry_id)
    WITH taking AS (
        SELECT code, day, channel, sum(amount_cents)::bigint AS cents FROM recon_taking GROUP BY 1, 2, 3
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
    SELECT o.nth, e.id FROM sole o JOIN recon_taking e ON e.code = o.code AND e.day = o.day AND e.channel = o.channel;
    DROP TABLE recon_taking;
END $$;

-- As before for single entries, and for deposits: every entry of one is open and together they make its total.
-- By amount alone, a line that fits a deposit and something else fits neither.
CREATE OR REPLACE FUNCTION payments_recon_pair_up(p_ours text, p_exact boolean, p_days integer, p_until date) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM payments_recon_pair_single(p_ours, p_exact, p_days, p_until);
    IF p_ours <> 'books' THEN
        RETURN;
    END IF;
    CREATE TEMP TABLE recon_deposit ON COMMIT DROP AS
        WITH fitting AS MATERIALIZED (
            SELECT d.id, k.id AS bank_id, k.amount_cents FROM payments_deposit d
            JOIN payments_recon_entry k ON k.amount_cents = d.cash_cents + d.checks_cents
                AND k.day BETWEEN d.made_on - 1 AND d.made_on + CASE WHEN p_exact THEN 90 ELSE p_days END
            WHERE k.side = 'bank' AND k.match_id IS NULL AND NOT k.withdrawn AND k.day <= p_until
              AND CASE WHEN p_exact THEN payments_recon_names_slip(k.reference || E'\n' || k.text, payments_deposit_slip(d.id)) ELSE payments_recon_is_deposit(k.kind) END
        )
        SELECT id, bank_id FROM fitting
        WHERE amount_cents = (SELECT sum(e.amount_cents) FILTER (WHERE e.match_id IS NULL) FROM payments_deposit_entries(fitting.id) e);
    WITH clash AS (
        DELETE FROM recon_pair WHERE nth IN (SELECT nth FROM recon_pair JOIN recon_deposit ON bank_id = entry_id) RETURNING entry_id
    ) DELETE FROM recon_deposit WHERE bank_id IN (SELECT entry_id FROM clash);
    DELETE FROM recon_deposit WHERE NOT p_exact AND EXISTS (
        SELECT 1 FROM payments_recon_entry k JOIN payments_recon_entry o ON o.amount_cents = k.amount_cents AND k.day BETWEEN o.day - 1 AND o.day + p_days
        WHERE k.id = bank_id AND o.side = 'books' AND o.match_id IS NULL AND o.basket = '' AND o.code = 1010);
    INSERT INTO recon_pair (nth, entry_id)
        WITH sole AS (
            SELECT id, bank_id, -id AS nth FROM recon_deposit
            WHERE id IN (SELECT id FROM recon_deposit GROUP BY 1 HAVING count(*) = 1) AND bank_id IN (SELECT bank_id FROM recon_deposit GROUP BY 1 HAVING count(*) = 1)
        )
        SELECT nth, bank_id FROM sole
        UNION ALL
        SELECT s.nth, e.id FROM sole s CROSS JOIN LATERAL payments_deposit_entries(s.id) e WHERE e.match_id IS NULL;
    DROP TABLE recon_deposit;
END $$;
