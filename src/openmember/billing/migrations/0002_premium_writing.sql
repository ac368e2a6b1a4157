-- From the items of a range to bills, lines, transfers and balances: the only part of a run that moves money.

-- Bill one range as it was priced. Returns whether it did; the second time it does nothing.
-- What stands afterwards is what billing_raise would have left, account by account.
-- Locks the balance rows of the range.
CREATE FUNCTION billing_premium_write(p_run bigint, p_position integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET work_mem = '64MB' SET jit = off AS $$
DECLARE
    run billing_premium_run;
    part billing_premium_range;
    v_key text;
    v_title text;
    v_count bigint;
    v_updated bigint;
BEGIN
    SELECT * INTO run FROM billing_premium_run WHERE id = p_run FOR SHARE;
    SELECT * INTO part FROM billing_premium_range WHERE run_id = p_run AND position = p_position FOR UPDATE;
    IF run.state IS DISTINCT FROM 'writing' OR part.written_at IS NOT NULL THEN
        RETURN false;
    END IF;
    v_key := 'premium:' || to_char(run.month, 'YYYY-MM');
    v_title := 'Health plan premium, ' || to_char(run.month, 'FMMonth YYYY');
    PERFORM billing_premium_gather(run, part, v_key);
    SELECT count(*) INTO v_count FROM premium_bill;

    -- The balances first: they are the locks. An account joined to another since it was priced is left out,
    -- and the other one looked into next month.
    UPDATE ledger_balance b SET
        premium_cents = b.premium_cents + p.billed,
        unsettled_since = CASE WHEN p.billed > 0 THEN least(b.unsettled_since, p.bill_month) ELSE b.unsettled_since END,
        billed_until = CASE WHEN p.billed > 0 THEN greatest(b.billed_until, p.bill_month) ELSE b.billed_until END,
        version = b.version + (p.total_id IS NOT NULL)::int + (p.aptc_id IS NOT NULL)::int,
        seal = b.seal # coalesce(p.total_seal, 0) # coalesce(p.aptc_seal, 0)
    FROM premium_bill p WHERE b.account_number = p.account_number AND NOT b.closed;
    GET DIAGNOSTICS v_updated = ROW_COUNT;
    IF v_updated <> v_count THEN
        PERFORM billing_premium_touch(a.merged_into, run.look_back)
            FROM premium_bill p JOIN accounts_account a ON a.number = p.account_number WHERE a.merged_into IS NOT NULL;
        DELETE FROM premium_bill p USING ledger_balance b WHERE b.account_number = p.account_number AND b.closed;
    END IF;

    INSERT INTO billing_bill (account_number, month, id, key, line, title, issued_on, due_on, amount_cents, open_cents)
        SELECT account_number, bill_month, bill_id, v_key, 'premium', v_title, issued_on, due_on, billed, billed
        FROM premium_bill WHERE billed > 0 ORDER BY account_number;
    INSERT INTO billing_line (account_number, bill_month, bill_id, position, description, service_on, amount_cents)
        SELECT i.account_number, p.bill_month, p.bill_id, i.line, i.description, i.covers,
               CASE WHEN i.covers = run.month AND NOT i.withheld THEN i.gross_cents - i.penalty_cents ELSE i.share_cents END
        FROM billing_premium_item i JOIN premium_bill p ON p.account_number = i.account_number
        WHERE i.position = p_position AND p.billed > 0 ORDER BY i.account_number, i.line;
    INSERT INTO billing_line (account_number, bill_month, bill_id, position, description, service_on, amount_cents)
        SELECT i.account_number, p.bill_month, p.bill_id,
               i.line + row_number() OVER (PARTITION BY i.account_number, i.line ORDER BY more.place), more.description, i.covers, more.cents
        FROM billing_premium_item i JOIN premium_bill p ON p.account_number = i.account_number
        CROSS JOIN LATERAL (VALUES (1, 'Late enrollment penalty', i.penalty_cents), (2, 'Advance premium tax credit', -i.aptc_cents),
                                   (3, 'Other premium assistance', -i.other_cents)) more (place, description, cents)
        WHERE i.position = p_position AND p.billed > 0 AND i.covers = run.month AND NOT i.withheld
          AND (i.aptc_cents <> 0 OR i.other_cents <> 0 OR i.penalty_cents <> 0) AND more.cents <> 0;
    INSERT INTO ledger_transfer (account_number, effective_on, id, debit, credit, amount_cents, kind, reference, seal)
        SELECT account_number, issued_on, total_id, total_debit, total_credit, abs(total), total_kind, total_reference, total_seal
        FROM premium_bill WHERE total_id IS NOT NULL ORDER BY account_number;
    INSERT INTO ledger_transfer (account_number, effective_on, id, debit, credit, amount_cents, kind, reference, seal)
        SELECT account_number, issued_on, aptc_id, aptc_debit, aptc_credit, abs(aptc), 'premium_aptc', v_key, aptc_seal
        FROM premium_bill WHERE aptc_id IS NOT NULL;

    INSERT INTO billing_premium (account_number, covers, bill_month, bill_id, coverage_type, state, gross_cents, aptc_cents, share_cents, withheld, run_id)
        SELECT account_number, run.month, bill_month, bill_id, coverage_type, state, gross, month_aptc, month_share, withheld, p_run
        FROM premium_bill WHERE is_covered ORDER BY account_number;
    INSERT INTO billing_premium_adjustment (account_number, covers, billed_with, bill_month, bill_id, coverage_type, gross_cents, aptc_cents, share_cents, run_id)
        SELECT i.account_number, i.covers, run.month, p.bill_month, p.bill_id, i.coverage_type, i.gross_cents, i.aptc_cents, i.share_cents, p_run
        FROM billing_premium_item i JOIN premium_bill p ON p.account_number = i.account_number
        WHERE i.position = p_position AND i.covers < run.month;
    INSERT INTO billing_premium_credit (account_number, covers, amount_cents, bills, issued_on, run_id)
        SELECT p.account_number, run.month, -p.total, array(
                   SELECT old.bill_id FROM billing_premium_adjustment a
                   JOIN billing_premium old ON old.account_number = a.account_number AND old.covers = a.covers
                   WHERE a.account_number = p.account_number AND a.billed_with = run.month AND a.share_cents < 0 AND old.bill_id IS NOT NULL
                   ORDER BY a.covers), p.issued_on, p_run
        FROM premium_bill p WHERE p.total < 0;
    DELETE FROM billing_premium_touched t USING billing_premium_seen seen
        WHERE seen.position = p_position AND t.account_number = seen.account_number AND t.version = seen.version;
    UPDATE billing_premium_range SET (written_at, bills, billed_cents, credits, credited_cents) = (
        SELECT clock_timestamp(), count(*) FILTER (WHERE billed > 0), coalesce(sum(billed), 0), count(*) FILTER (WHERE total < 0),
               coalesce(-sum(total) FILTER (WHERE total < 0), 0) FROM premium_bill)
        WHERE run_id = p_run AND position = p_position;
    DROP TABLE premium_bill;
    RETURN true;
END $$;

-- One row an account of the range: its bill or credit, its transfers with their seals, its month.
-- A bill that was raised for the month before the run is taken for the month's bill; corrections wait.
CREATE FUNCTION billing_premium_gather(run billing_premium_run, part billing_premium_range, p_key text) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    CREATE TEMP TABLE premium_known ON COMMIT DROP AS
        SELECT account_number, month, id, amount_cents FROM billing_bill
        WHERE account_number >= part.first_number AND account_number < part.next_number AND key = p_key
          AND month BETWEEN run.month - interval '2 months' AND run.month + interval '12 months';
    IF EXISTS (SELECT 1 FROM premium_known) THEN
        DELETE FROM billing_premium_seen seen USING premium_known k WHERE seen.position = part.position AND seen.account_number = k.account_number;
        DELETE FROM billing_premium_item i USING premium_known k
            WHERE i.position = part.position AND i.account_number = k.account_number AND i.covers < run.month;
    END IF;
    CREATE TEMP TABLE premium_bill ON COMMIT DROP AS
    SELECT posted.*,
           CASE WHEN total_id IS NOT NULL THEN ledger_seal(account_number, issued_on, total_id, total_debit, total_credit, abs(total), total_kind, total_reference, NULL) END AS total_seal,
           CASE WHEN aptc_id IS NOT NULL THEN ledger_seal(account_number, issued_on, aptc_id, aptc_debit, aptc_credit, abs(aptc), 'premium_aptc', p_key, NULL) END AS aptc_seal
    FROM (
        SELECT billed.*,
               (CASE WHEN total > 0 THEN 1210 ELSE 4010 END)::smallint AS total_debit, (CASE WHEN total > 0 THEN 4010 ELSE 1900 END)::smallint AS total_credit,
               (CASE WHEN total > 0 THEN 'bill' ELSE 'premium_credit' END) AS total_kind,
               (CASE WHEN total > 0 THEN 'bill:' || bill_id ELSE p_key END) AS total_reference,
               (CASE WHEN aptc > 0 THEN 2040 ELSE 4010 END)::smallint AS aptc_debit, (CASE WHEN aptc > 0 THEN 4010 ELSE 2040 END)::smallint AS aptc_credit,
               CASE WHEN aptc <> 0 THEN nextval('ledger_transfer_id') END AS aptc_id
        FROM (
            SELECT s.account_number, s.issued_on, s.due_on, s.state, s.gross, s.month_aptc, s.withheld, s.is_covered, s.aptc,
                   coalesce(k.amount_cents, s.month_share) AS month_share,
                   CASE WHEN k.id IS NULL THEN s.total ELSE 0 END AS total,
                   CASE WHEN k.id IS NULL THEN greatest(s.total, 0) ELSE 0 END AS billed,
                   CASE WHEN k.id IS NOT NULL THEN k.month WHEN s.total > 0 THEN date_trunc('month', s.issued_on)::date END AS bill_month,
                   CASE WHEN k.id IS NOT NULL THEN k.id WHEN s.total > 0 THEN nextval('billing_bill_id') END AS bill_id,
                   CASE WHEN k.id IS NULL AND s.total <> 0 THEN nextval('ledger_transfer_id') END AS total_id,
                   (ARRAY['cobra', 'direct', 'employer', 'exchange', 'medicare'])[s.ranked % 8] AS coverage_type
            FROM (
                SELECT account_number, min(issued_on) AS issued_on, max(due_on) AS due_on, min(state) AS state,
                       bool_or(covers = run.month) AS is_covered, sum(share_cents)::bigint AS total, sum(aptc_cents)::bigint AS aptc,
                       coalesce(sum(gross_cents) FILTER (WHERE covers = run.month), 0)::bigint AS gross,
                       coalesce(sum(aptc_cents) FILTER (WHERE covers = run.month), 0)::bigint AS month_aptc,
                       coalesce(sum(share_cents) FILTER (WHERE covers = run.month), 0)::bigint AS month_share,
                       coalesce(bool_and(withheld) FILTER (WHERE covers = run.month), false) AS withheld,
                       -- The kind of coverage that costs the most stands for the month.
                       max(gross_cents * 8 + CASE coverage_type WHEN 'cobra' THEN 1 WHEN 'direct' THEN 2 WHEN 'employer' THEN 3 WHEN 'exchange' THEN 4 ELSE 5 END)
                           FILTER (WHERE covers = run.month) AS ranked
                FROM billing_premium_item WHERE position = part.position GROUP BY account_number ORDER BY account_number
            ) s LEFT JOIN premium_known k ON k.account_number = s.account_number
        ) billed
    ) posted;
    ANALYZE premium_bill;
    DROP TABLE premium_known;
END $$;
