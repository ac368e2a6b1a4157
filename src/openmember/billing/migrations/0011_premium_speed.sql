-- The premium run does each thing once: rows are written in the order of their keys, in one statement a table, and
-- statistics of a range are taken from few rows.

-- What each month of the scope costs, span by span. OFFSET 0 keeps each step apart: folded into one, an amount
-- would be worked out anew wherever it is used.
CREATE OR REPLACE FUNCTION billing_premium_cost(run billing_premium_run) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_child_age integer := run.rules ->> 'child_age';
    v_children integer := run.rules ->> 'children';
BEGIN
    CREATE TEMP TABLE premium_rule ON COMMIT DROP AS
        SELECT key AS coverage_type, value ->> 'mode' AS mode, (value ->> 'bps')::bigint AS bps, (value ->> 'extended_bps')::bigint AS extended_bps
        FROM jsonb_each(run.rules -> 'types');
    -- Five rows, and the planner would guess 750, sorting the whole range to join them.
    ANALYZE premium_rule;
    CREATE TEMP TABLE premium_cost ON COMMIT DROP AS
    WITH covered AS (
        -- The subscriber's span carries the family's premium; dependents' spans only say who is covered.
        SELECT sc.account_number, sc.covers, sc.until, s.id AS span_id, s.coverage_type, s.plan, s.level, s.rating_area, s.insurance_line,
               s.starts_on, s.ends_on, s.premium_cents, s.aptc_cents, s.member_share_cents, sc.number, e.member_id, m.state, m.region, '' AS who
        FROM premium_scope sc
        JOIN coverage_span s ON s.account_number = sc.number AND NOT s.canceled AND s.coverage_type <> 'employer'
            AND s.starts_on <= sc.until AND (s.ends_on IS NULL OR s.ends_on >= sc.covers)
        JOIN coverage_enrollee e ON e.id = s.enrollee_id AND e.is_subscriber
        JOIN members_member m ON m.id = e.member_id
        UNION ALL
        SELECT sc.account_number, sc.covers, sc.until, s.id, s.coverage_type, s.plan, s.level, s.rating_area, s.insurance_line,
               s.starts_on, s.ends_on, s.premium_cents, NULL, NULL, NULL, e.member_id, h.state, h.region,
               concat_ws(', ', nullif(m.last_name, ''), nullif(m.first_name, '')) || ': '
        FROM billing_sponsor_account b
        JOIN premium_scope sc ON sc.account_number = b.account_number AND sc.covers >= b.since AND sc.covers < b.until
        JOIN coverage_enrollee e ON e.sponsor_id = b.sponsor_id AND e.is_subscriber
        JOIN coverage_span s ON s.enrollee_id = e.id AND NOT s.canceled AND s.coverage_type = 'employer'
            AND s.starts_on <= sc.until AND (s.ends_on IS NULL OR s.ends_on >= sc.covers)
        JOIN members_member m ON m.id = e.member_id
        JOIN accounts_account a ON a.number = sc.account_number
        JOIN members_member h ON h.id = a.holder_id
    )
    SELECT account_number, covers, coverage_type, plan, level, rating_area, insurance_line, state, region, who, days, of_days, penalty, withheld,
           gross, aptc, other, CASE WHEN withheld THEN 0 ELSE gross - aptc - other END AS share
    FROM (
        SELECT cut.*, least(billing_premium_part(cut.premium_cents - cut.aptc_cents - cut.member_share_cents, 10000, days, of_days, mode),
                            gross - aptc) AS other
        FROM (
            SELECT monthly.*, family + penalty AS gross,
                   least(billing_premium_part(monthly.aptc_cents, 10000, days, of_days, mode), family) AS aptc
            FROM (
                SELECT c.account_number, c.covers, c.coverage_type, c.plan, c.level, c.rating_area, c.insurance_line, c.state, c.region, c.who,
                       d.days, d.of_days, rule.mode, coalesce(c.premium_cents, r.amount_cents, 0) AS premium_cents,
                       CASE c.coverage_type WHEN 'exchange' THEN coalesce(c.aptc_cents, 0) ELSE 0 END AS aptc_cents,
                       -- Where an exchange names the member's share, what its credit leaves open is other assistance.
                       CASE WHEN c.coverage_type = 'exchange' AND c.premium_cents IS NOT NULL AND c.member_share_cents < c.premium_cents - coalesce(c.aptc_cents, 0)
                            THEN c.member_share_cents
                            ELSE coalesce(c.premium_cents, r.amount_cents, 0) - CASE c.coverage_type WHEN 'exchange' THEN coalesce(c.aptc_cents, 0) ELSE 0 END
                            END AS member_share_cents,
                       CASE c.coverage_type WHEN 'medicare' THEN coalesce(t.penalty_cents, 0) ELSE 0 END AS penalty,
                       c.coverage_type = 'medicare' AND coalesce(t.withheld, false) AS withheld,
                       CASE WHEN c.premium_cents IS NOT NULL OR r.amount_cents IS NOT NULL THEN
                           billing_premium_part(coalesce(c.premium_cents, r.amount_cents),
                               CASE WHEN t.cobra_extended THEN rule.extended_bps ELSE rule.bps END, d.days, d.of_days, rule.mode)
                       ELSE billing_premium_part(
                               billing_premium_people((SELECT s FROM coverage_span s WHERE s.id = c.span_id), c.covers, c.until, v_child_age, v_children, rule.mode),
                               CASE WHEN t.cobra_extended THEN rule.extended_bps ELSE rule.bps END, 1, 1, rule.mode)
                       END AS family
                FROM covered c
                CROSS JOIN LATERAL (SELECT least(c.ends_on, c.until) - greatest(c.starts_on, c.covers) + 1 AS days, c.until - c.covers + 1 AS of_days) d
                JOIN premium_rule rule ON rule.coverage_type = c.coverage_type
                LEFT JOIN billing_premium_term t ON t.account_number = c.number COLLATE "C" AND t.member_id = c.member_id AND t.period @> c.covers
                LEFT JOIN billing_rate r ON c.premium_cents IS NULL AND r.plan = c.plan AND r.tier = c.level AND r.tier <> ''
                    AND r.area = c.rating_area AND r.replaced_at IS NULL AND r.period @> greatest(c.covers, c.starts_on)
                -- Coverage by whole months counts from the first month that it opens.
                WHERE rule.mode <> 'whole' OR c.starts_on <= c.covers
                OFFSET 0
            ) monthly
            OFFSET 0
        ) cut
        OFFSET 0
    ) shared;
    -- Positions on a bill are small numbers.
    IF EXISTS (SELECT 1 FROM premium_cost WHERE coverage_type = 'employer' AND covers = run.month GROUP BY account_number HAVING count(*) > 30000) THEN
        PERFORM kernel_refuse('list_bill_too_long', 'a list bill has at most 30,000 lines: give the sponsor''s groups accounts of their own');
    END IF;
END $$;

-- Price the accounts of one range. Returns the items there are; none the second time.
CREATE OR REPLACE FUNCTION billing_premium_price(p_run bigint, p_position integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET work_mem = '64MB' SET jit = off SET default_statistics_target = 10 AS $$
DECLARE
    run billing_premium_run;
    part billing_premium_range;
    v_items bigint;
    v_month text;
BEGIN
    SELECT * INTO run FROM billing_premium_run WHERE id = p_run FOR SHARE;
    SELECT * INTO part FROM billing_premium_range WHERE run_id = p_run AND position = p_position FOR UPDATE;
    IF run.state IS DISTINCT FROM 'pricing' OR part.priced_at IS NOT NULL THEN
        RETURN 0;
    END IF;
    v_month := to_char(run.month, 'FMMonth YYYY');
    PERFORM billing_premium_scope(run, part);
    PERFORM billing_premium_cost(run);
    CREATE TEMP TABLE premium_date ON COMMIT DROP AS
        SELECT key AS region, (value ->> 0)::date AS issued_on, (value ->> 1)::date AS due_on FROM jsonb_each(run.dates);
    ANALYZE premium_date;

    INSERT INTO billing_premium_unpriced
        SELECT p_run, p_position, coverage_type, plan, level, rating_area, count(*) FROM premium_cost WHERE gross IS NULL GROUP BY 3, 4, 5, 6;
    -- An account waits as a whole: half a bill would have to be corrected next month.
    IF FOUND THEN
        DELETE FROM premium_scope WHERE account_number IN (SELECT account_number FROM premium_cost WHERE gross IS NULL);
        DELETE FROM premium_cost WHERE account_number IN (SELECT account_number FROM premium_cost WHERE gross IS NULL);
        DELETE FROM billing_premium_seen seen WHERE seen.position = p_position
            AND NOT EXISTS (SELECT 1 FROM premium_scope s WHERE s.number = seen.account_number);
    END IF;

    INSERT INTO billing_premium_item
    SELECT p_position, i.account_number, sum(lines) OVER earlier - lines + 1, i.covers, i.coverage_type, i.plan, i.state, d.issued_on, d.due_on,
           gross, aptc, other, penalty, share, withheld, description
    FROM (
        SELECT account_number, covers, coverage_type, plan, state, region, who, gross, aptc, other, penalty, share, withheld,
               CASE WHEN withheld THEN 1 ELSE 1 + (aptc <> 0)::int + (other <> 0)::int + (penalty <> 0)::int END AS lines,
               who || CASE WHEN plan <> '' THEN plan ELSE insurance_line END || ', ' || v_month
               || CASE WHEN days < of_days THEN format(', %s of %s days', days, of_days) ELSE '' END
               || CASE WHEN withheld THEN ', taken from Social Security' ELSE '' END AS description
        FROM premium_cost WHERE covers = run.month
        UNION ALL
        SELECT f.account_number, f.covers, f.coverage_type, '', h.state, h.region, '', f.gross, f.aptc, 0, 0, f.share, false, 1,
               'Correction for ' || to_char(f.covers, 'FMMonth YYYY')
        FROM billing_premium_corrections(run.month) f
        JOIN accounts_account a ON a.number = f.account_number
        JOIN members_member h ON h.id = a.holder_id
    ) i
    JOIN premium_date d ON d.region = CASE WHEN run.dates ? i.region THEN i.region ELSE '' END
    WINDOW earlier AS (PARTITION BY i.account_number ORDER BY i.covers DESC, who, gross DESC, plan ROWS UNBOUNDED PRECEDING);
    GET DIAGNOSTICS v_items = ROW_COUNT;

    INSERT INTO billing_premium_total
        SELECT p_run, p_position, coverage_type, plan, count(*) FILTER (WHERE covers = run.month),
               coalesce(sum(gross_cents) FILTER (WHERE covers = run.month), 0), coalesce(sum(aptc_cents) FILTER (WHERE covers = run.month), 0),
               coalesce(sum(share_cents) FILTER (WHERE covers = run.month), 0), coalesce(sum(share_cents) FILTER (WHERE covers < run.month), 0)
        FROM billing_premium_item WHERE position = p_position GROUP BY coverage_type, plan;
    UPDATE billing_premium_range SET priced_at = clock_timestamp(), items = v_items WHERE run_id = p_run AND position = p_position;
    DROP TABLE premium_scope, premium_touched, premium_rule, premium_cost, premium_date;
    RETURN v_items;
END $$;

-- Bill one range as it was priced. Returns whether it did; the second time it does nothing.
-- What stands afterwards is what billing_raise would have left, account by account.
-- Locks the balance rows of the range.
CREATE OR REPLACE FUNCTION billing_premium_write(p_run bigint, p_position integer) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET work_mem = '64MB' SET jit = off SET default_statistics_target = 10 AS $$
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
    -- The lines of a bill one after another, and its transfers: in the order of their keys, so that each page is filled once.
    INSERT INTO billing_line (account_number, bill_month, bill_id, position, description, service_on, amount_cents)
        SELECT i.account_number, p.bill_month, p.bill_id, i.line + said.after, said.description, i.covers, said.cents
        FROM billing_premium_item i JOIN premium_bill p ON p.account_number = i.account_number
        CROSS JOIN LATERAL (SELECT i.covers = run.month AND NOT i.withheld AS apart OFFSET 0) told
        CROSS JOIN LATERAL (VALUES
            (0, i.description, CASE WHEN told.apart THEN i.gross_cents - i.penalty_cents ELSE i.share_cents END),
            (1, 'Late enrollment penalty', i.penalty_cents),
            (1 + (i.penalty_cents <> 0)::int, 'Advance premium tax credit', -i.aptc_cents),
            (1 + (i.penalty_cents <> 0)::int + (i.aptc_cents <> 0)::int, 'Other premium assistance', -i.other_cents)
        ) said (after, description, cents)
        WHERE i.position = p_position AND p.billed > 0 AND (said.after = 0 OR told.apart AND said.cents <> 0)
        ORDER BY i.account_number, i.line + said.after;
    INSERT INTO ledger_transfer (account_number, effective_on, id, debit, credit, amount_cents, kind, reference, seal)
        SELECT p.account_number, p.issued_on, moved.id, moved.debit, moved.credit, moved.cents, moved.kind, moved.reference, moved.seal
        FROM premium_bill p
        CROSS JOIN LATERAL (VALUES
            (p.total_id, p.total_debit, p.total_credit, abs(p.total), p.total_kind, p.total_reference, p.total_seal),
            (p.aptc_id, p.aptc_debit, p.aptc_credit, abs(p.aptc), 'premium_aptc', v_key, p.aptc_seal)
        ) moved (id, debit, credit, cents, kind, reference, seal)
        WHERE moved.id IS NOT NULL ORDER BY p.account_number, p.issued_on, moved.id;

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
