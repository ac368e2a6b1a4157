-- Deposits and reconciliation: a line of the bank is the money of one deposit, where it names its slip, or is
-- the only one of its amount. What was over or short goes to the bank with it.

-- The entries of the books a deposit is made of: payments of its drawers that stand, and what was over or short.
CREATE FUNCTION payments_deposit_entries(p_deposit bigint) RETURNS SETOF payments_recon_entry
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.* FROM payments_drawer d JOIN payments_drawer_payment t ON t.drawer_id = d.id
    JOIN payments_recon_entry e ON e.payment_id = t.payment_id AND e.account_number = t.account_number
    WHERE d.deposit_id = p_deposit AND e.side = 'books' AND e.kind = 'payment' AND t.method IN ('cash', 'check') AND NOT EXISTS (
        SELECT 1 FROM payments_drawer_void v WHERE (v.account_number, v.payment_id, v.state) = (t.account_number, t.payment_id, 'agreed'))
    UNION ALL
    SELECT e.* FROM payments_drawer d JOIN payments_recon_entry e ON e.source LIKE 'books:HOUSE:drawer:' || d.id || ':over\_short:%'
    WHERE d.deposit_id = p_deposit
$$;

ALTER FUNCTION payments_recon_pair_up(text, boolean, integer, date) RENAME TO payments_recon_pair_single;

-- As before for single entries, and for deposits: every entry of one is open and together they make its total.
-- By amount alone, a line that fits a deposit and something else fits neither.
CREATE FUNCTION payments_recon_pair_up(p_ours text, p_exact boolean, p_days integer, p_until date) RETURNS void
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
              AND (NOT p_exact OR (' ' || k.reference || ' ' || k.text || ' ') LIKE '% ' || payments_deposit_slip(d.id) || ' %')
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

-- What was over or short, by how much the bank confirmed it and how much of it left clearing.
CREATE FUNCTION payments_drawer_uncleared() RETURNS TABLE (reference text, code smallint, cents bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH confirmed AS (
        SELECT e.reference, e.code, sum(e.amount_cents) FILTER (WHERE m.state = 'made') AS cents
        FROM payments_recon_entry e LEFT JOIN payments_recon_match m ON m.id = e.match_id
        WHERE e.source LIKE 'books:HOUSE:drawer:%' AND e.side = 'books' GROUP BY 1, 2
    ), moved AS (
        SELECT t.reference, side.code, sum(side.cents) AS cents
        FROM ledger_transfer t CROSS JOIN LATERAL (VALUES (t.debit::smallint, -t.amount_cents::bigint), (t.credit::smallint, t.amount_cents::bigint)) AS side (code, cents)
        WHERE t.account_number = 'HOUSE' AND t.kind = 'settlement' AND t.reference LIKE 'drawer:%' AND side.code <> 1010 GROUP BY 1, 2
    )
    SELECT reference, code, (coalesce(confirmed.cents, 0) - coalesce(moved.cents, 0))::bigint FROM confirmed LEFT JOIN moved USING (reference, code)
    WHERE coalesce(confirmed.cents, 0) <> coalesce(moved.cents, 0)
$$;

ALTER FUNCTION payments_recon_clear(bigint[], date, text) RENAME TO payments_recon_clear_payments;

-- As before for payments; and what a drawer was over or short goes from clearing to the bank with its deposit.
-- First, because HOUSE is locked before any member's account.
CREATE FUNCTION payments_recon_clear(p_payments bigint[], p_on date, p_actor text) RETURNS bigint
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    uncleared record;
BEGIN
    FOR uncleared IN SELECT * FROM payments_drawer_uncleared() ORDER BY reference, code LOOP
        IF uncleared.cents > 0 THEN
            PERFORM ledger_post('HOUSE', 1010::smallint, uncleared.code, uncleared.cents, 'settlement', p_on, uncleared.reference);
        ELSE
            PERFORM ledger_post('HOUSE', uncleared.code, 1010::smallint, -uncleared.cents, 'settlement', p_on, uncleared.reference);
        END IF;
    END LOOP;
    RETURN payments_recon_clear_payments(p_payments, p_on, p_actor);
END $$;
