-- Bills that moved when accounts were joined keep the bill they began as: what is true of a month of coverage
-- (its grace, what was taken off it) is true wherever its bill is now.

-- Where a bill that moved came from: always the first bill of the chain, however often it moved.
CREATE TABLE billing_moved_bill (
    account_number varchar(12) COLLATE "C" NOT NULL,
    bill_month date NOT NULL,
    bill_id bigint NOT NULL,
    origin_account varchar(12) COLLATE "C" NOT NULL,
    origin_month date NOT NULL,
    origin_bill bigint NOT NULL,
    moved_on date NOT NULL,
    PRIMARY KEY (account_number, bill_month, bill_id),
    FOREIGN KEY (account_number, bill_month, bill_id) REFERENCES billing_bill,
    CHECK (account_number <> origin_account)
);
CREATE INDEX billing_moved_bill_by_origin ON billing_moved_bill (origin_account, origin_bill);
CREATE TRIGGER billing_moved_bill_guard BEFORE UPDATE OR DELETE ON billing_moved_bill
    FOR EACH ROW EXECUTE FUNCTION kernel_guard_history();
CREATE TRIGGER billing_moved_bill_truncation BEFORE TRUNCATE ON billing_moved_bill
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_guard_history();

-- What moved before this was kept: the key of a moved bill names the bill it was.
WITH RECURSIVE step AS (
    SELECT b.account_number, b.month, b.id, split_part(b.key, ':', 2)::bigint AS from_id, b.created_at::date AS moved_on
    FROM billing_bill b WHERE b.key ~ '^moved:[0-9]+:[0-9]+$'
), chain AS (
    SELECT account_number, month, id, from_id, moved_on FROM step
    UNION ALL
    SELECT chain.account_number, chain.month, chain.id, step.from_id, chain.moved_on FROM chain JOIN step ON step.id = chain.from_id
)
INSERT INTO billing_moved_bill
    SELECT chain.account_number, chain.month, chain.id, origin.account_number, origin.month, origin.id, chain.moved_on
    FROM chain JOIN billing_bill origin ON origin.id = chain.from_id
    WHERE origin.key !~ '^moved:[0-9]+:[0-9]+$';

-- Move what is open of a bill to another account: billed anew there with its dates, and taken off here.
-- Returns the new bill's id. The caller holds both balance rows. Refuses: unknown_bill.
CREATE FUNCTION billing_move(p_from text, p_bill bigint, p_into text, p_on date, p_actor text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    bill billing_bill;
    v_id bigint;
    v_times integer;
BEGIN
    SELECT * INTO bill FROM billing_bill WHERE account_number = p_from AND id = p_bill AND open_cents > 0;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_bill');
    END IF;
    -- A bill that is opened again after it moved moves again.
    SELECT count(*) INTO v_times FROM billing_adjustment
        WHERE account_number = p_from AND bill_month = bill.month AND bill_id = bill.id AND kind = 'move';
    v_id := billing_raise(p_into, format('moved:%s:%s', bill.id, v_times), bill.line, bill.title, bill.member_id, bill.issued_on, bill.due_on,
        jsonb_build_array(jsonb_build_object('description', bill.title, 'amount_cents', bill.open_cents)), 1900::smallint);
    INSERT INTO billing_moved_bill (account_number, bill_month, bill_id, origin_account, origin_month, origin_bill, moved_on)
        SELECT p_into, bill.month, v_id, coalesce(m.origin_account, p_from), coalesce(m.origin_month, bill.month), coalesce(m.origin_bill, bill.id), p_on
        FROM (SELECT) one LEFT JOIN billing_moved_bill m ON (m.account_number, m.bill_month, m.bill_id) = (p_from, bill.month, bill.id);
    IF bill.held THEN
        PERFORM billing_hold(p_into, v_id, true);
    END IF;
    PERFORM billing_adjust(p_from, bill.id, -bill.open_cents, 'move', 1900::smallint, 'moved to the joined account', p_actor, p_on);
    RETURN v_id;
END $$;

-- A bill and every bill it moved on as.
CREATE FUNCTION billing_find_moved(p_account text, p_month date, p_bill bigint) RETURNS SETOF billing_bill LANGUAGE plpgsql STABLE ROWS 1 AS $$
DECLARE
    moved billing_moved_bill;
BEGIN
    RETURN QUERY SELECT * FROM billing_find(p_account, p_month, p_bill);
    FOR moved IN SELECT * FROM billing_moved_bill WHERE origin_account = p_account AND origin_bill = p_bill LOOP
        RETURN QUERY SELECT * FROM billing_find(moved.account_number, moved.bill_month, moved.bill_id);
    END LOOP;
END $$;

-- By how much a bill was taken back or corrected at the desk, wherever it was then.
CREATE FUNCTION billing_corrected(p_account text, p_month date, p_bill bigint) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(a.amount_cents), 0)::bigint FROM (
        SELECT p_account AS account_number, p_month AS bill_month, p_bill AS bill_id
        UNION ALL
        SELECT account_number, bill_month, bill_id FROM billing_moved_bill WHERE origin_account = p_account AND origin_bill = p_bill
    ) whole JOIN billing_adjustment a USING (account_number, bill_month, bill_id)
    WHERE a.kind IN ('cancel', 'correct')
$$;

-- The months of coverage whose bills moved to an account, under that account.
CREATE VIEW billing_moved_premium AS
SELECT m.account_number, m.bill_month, m.bill_id, m.moved_on, m.origin_account, m.origin_month, m.origin_bill,
       p.covers, p.coverage_type, p.state, p.aptc_cents, p.share_cents, p.withheld
FROM billing_moved_bill m
JOIN billing_premium p ON p.account_number = m.origin_account AND p.bill_month = m.origin_month AND p.bill_id = m.origin_bill;

-- As before, with what moved here from joined accounts for the same kind of coverage: what was paid of it where
-- it was first is paid of it. What moved after `p_today` was not part of the case then.
DROP FUNCTION billing_grace_arrears(text, text, date, date, date);
CREATE FUNCTION billing_grace_arrears(p_account text, p_coverage_type text, p_regime text, p_from date, p_until date, p_today date)
RETURNS TABLE (owed_cents bigint, open_cents bigint, overdue_cents bigint, own_month_cents bigint, counted_until date) LANGUAGE sql STABLE AS $$
    WITH month AS (
        SELECT account_number, covers, share_cents, bill_month, bill_id FROM billing_premium
        WHERE account_number = p_account AND covers BETWEEN p_from AND p_until
        UNION
        SELECT origin_account, covers, share_cents, origin_month, origin_bill FROM billing_moved_premium
        WHERE account_number = p_account AND covers BETWEEN p_from AND p_until AND coverage_type = p_coverage_type AND moved_on <= p_today
    )
    SELECT coalesce(sum(b.amount_cents + b.adjusted_cents), 0)::bigint, coalesce(sum(b.open_cents), 0)::bigint,
           coalesce(sum(b.open_cents) FILTER (WHERE b.due_on < p_today), 0)::bigint,
           coalesce(sum(p.share_cents) FILTER (WHERE p.covers = p_from AND b.id = p.bill_id), 0)::bigint, coalesce(max(p.covers), p_from)
    FROM month p
    CROSS JOIN LATERAL billing_find_moved(p.account_number, p.bill_month, p.bill_id) b
    WHERE CASE p_regime WHEN 'aptc' THEN b.issued_on <= p_today ELSE b.due_on < p_today END
$$;

-- Whose coverage a case is about: the numbers, of those that lead to its account, whose months are not paid.
-- A bill that moved is for the number it began under. A bill of the account itself is for every number that
-- leads to it, but for those that were billed for that month themselves before they were joined.
CREATE FUNCTION billing_grace_numbers(p_account text, p_coverage_type text, p_from date, p_until date) RETURNS text[]
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH own AS (
        SELECT p.covers FROM billing_premium p CROSS JOIN LATERAL billing_find(p_account, p.bill_month, p.bill_id) b
        WHERE p.account_number = p_account AND p.covers BETWEEN p_from AND p_until AND b.open_cents > 0
    )
    SELECT coalesce(array_agg(DISTINCT number ORDER BY number), '{}') FROM (
        SELECT p_account AS number FROM own
        UNION ALL
        SELECT a.number FROM own JOIN accounts_account a ON a.merged_into = p_account
        WHERE NOT EXISTS (SELECT FROM billing_premium p WHERE p.account_number = a.number AND p.covers = own.covers)
        UNION ALL
        SELECT m.origin_account FROM billing_moved_premium m CROSS JOIN LATERAL billing_find(p_account, m.bill_month, m.bill_id) b
        WHERE m.account_number = p_account AND m.coverage_type = p_coverage_type AND m.covers BETWEEN p_from AND p_until AND b.open_cents > 0
    ) unpaid
$$;

-- As before, of the months of these numbers: those whose coverage ended. What was paid under a joined number
-- before its bill moved is for the next premium run, which counts what was canceled here.
DROP FUNCTION billing_grace_uncover(text, bigint, date, date, text, text, date);
CREATE FUNCTION billing_grace_uncover(
    p_account text, p_case bigint, p_numbers text[], p_from date, p_until date, p_reason text, p_actor text, p_on date
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_total bigint;
BEGIN
    PERFORM 1 FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    WITH asked AS (
        SELECT account_number, covers, bill_month, bill_id, share_cents::bigint AS share_cents FROM billing_premium
        WHERE account_number = ANY (p_numbers) AND covers BETWEEN p_from AND p_until AND bill_id IS NOT NULL
        UNION ALL
        SELECT account_number, covers, bill_month, bill_id, share_cents FROM billing_premium_adjustment
        WHERE account_number = ANY (p_numbers) AND covers BETWEEN p_from AND p_until AND bill_id IS NOT NULL
    ), billed AS (
        SELECT bill_month, bill_id, share_cents FROM asked WHERE account_number = p_account
        UNION ALL
        SELECT m.bill_month, m.bill_id, asked.share_cents FROM billing_moved_bill m
        JOIN asked ON asked.account_number = m.origin_account AND asked.bill_id = m.origin_bill
        WHERE m.account_number = p_account
    ), noted AS (
        INSERT INTO billing_grace_uncovered (account_number, case_id, bill_month, bill_id, uncovered_cents)
        SELECT p_account, p_case, b.month, b.id, least(asked.cents, b.amount_cents + b.adjusted_cents)
        FROM (SELECT bill_month, bill_id, sum(share_cents) AS cents FROM billed GROUP BY 1, 2) asked
        JOIN billing_bill b ON (b.account_number, b.month, b.id) = (p_account, asked.bill_month, asked.bill_id)
        WHERE least(asked.cents, b.amount_cents + b.adjusted_cents) > 0
        ON CONFLICT (account_number, case_id, bill_id) DO NOTHING
        RETURNING uncovered_cents
    )
    SELECT coalesce(sum(uncovered_cents), 0) INTO v_total FROM noted;
    PERFORM billing_grace_cancel(p_account, p_reason, p_actor, p_on);
    RETURN v_total;
END $$;

-- As before; what was taken off a bill after it moved counts for the month it began as.
CREATE OR REPLACE FUNCTION billing_premium_corrections(p_month date) RETURNS TABLE (
    account_number varchar, covers date, coverage_type text, gross bigint, aptc bigint, share bigint
) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    SELECT account_number, covers, max(coverage_type), sum(gross)::bigint, sum(aptc)::bigint, sum(share)::bigint
    FROM (
        SELECT account_number, covers, coverage_type, gross, aptc, share FROM premium_cost
        WHERE covers < p_month
        UNION ALL
        SELECT s.account_number, s.covers, p.coverage_type::text, -p.gross_cents, -p.aptc_cents,
               -p.share_cents - billing_corrected(p.account_number, p.bill_month, p.bill_id)
        FROM premium_scope s JOIN billing_premium p ON p.account_number = s.number COLLATE "C" AND p.covers = s.covers
        WHERE s.covers < p_month
        UNION ALL
        SELECT s.account_number, s.covers, a.coverage_type::text, -a.gross_cents, -a.aptc_cents, -a.share_cents - CASE
                   -- A bill of corrections alone: what was taken back counts for the latest month on it.
                   WHEN EXISTS (SELECT 1 FROM billing_premium p WHERE p.account_number = a.account_number AND p.bill_id = a.bill_id)
                     OR EXISTS (SELECT 1 FROM billing_premium_adjustment later WHERE later.account_number = a.account_number
                                AND later.bill_id = a.bill_id AND later.covers > a.covers) THEN 0
                   ELSE billing_corrected(a.account_number, a.bill_month, a.bill_id) END
        FROM premium_scope s JOIN billing_premium_adjustment a ON a.account_number = s.number COLLATE "C" AND a.covers = s.covers
        WHERE s.covers < p_month
    ) compared
    GROUP BY account_number, covers
    HAVING sum(gross) <> 0 OR sum(aptc) <> 0 OR sum(share) <> 0;
END $$;
