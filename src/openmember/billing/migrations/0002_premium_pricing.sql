-- What a month costs: from spans, rates and terms to the items of a run. It writes nothing of the books.

-- The part of a monthly amount that `p_days` of `p_of` days cost, times a rate in basis points.
-- 'nearest' rounds to the nearest cent, 'down' never exceeds the exact amount, 'whole' costs whole months.
CREATE FUNCTION billing_premium_part(p_cents bigint, p_bps bigint, p_days integer, p_of integer, p_mode text) RETURNS bigint
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE p_mode WHEN 'nearest' THEN (2 * p_cents * p_bps * p_days + 10000 * p_of) / (20000 * p_of)
                       WHEN 'down' THEN p_cents * p_bps * p_days / (10000 * p_of)
                       ELSE p_cents * p_bps / 10000 END
$$;

-- What the people covered with a subscriber cost where each is rated by age: each for the days covered within
-- the subscriber's span and the month. Of children under p_child_age only the oldest p_children count.
-- Null when one of them has no rate. Ages are those of the span's first day, or of 1 January where that is later.
CREATE FUNCTION billing_premium_people(
    p_span coverage_span, p_first date, p_last date, p_child_age integer, p_children integer, p_mode text
) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN count(*) = count(r.amount_cents) THEN
               sum(billing_premium_part(r.amount_cents, 10000, covered.days, extract(day FROM p_last)::integer, p_mode))::bigint END
    FROM (
        SELECT person.*, row_number() OVER (PARTITION BY age < p_child_age ORDER BY birth_on) AS place
        FROM (
            SELECT m.birth_on, extract(year FROM age(greatest(s.starts_on, date_trunc('year', p_first)::date), m.birth_on))::integer AS age,
                   greatest(s.starts_on, p_span.starts_on, p_first) AS from_on,
                   least(s.ends_on, p_span.ends_on, p_last) - greatest(s.starts_on, p_span.starts_on, p_first) + 1 AS days
            FROM coverage_enrollee mine
            JOIN coverage_enrollee e ON (e.sponsor_id, e.subscriber_number) = (mine.sponsor_id, mine.subscriber_number)
            JOIN coverage_span s ON s.enrollee_id = e.id AND NOT s.canceled AND (s.plan, s.insurance_line) = (p_span.plan, p_span.insurance_line)
            JOIN members_member m ON m.id = e.member_id
            WHERE mine.id = p_span.enrollee_id
        ) person WHERE days > 0
    ) covered
    LEFT JOIN billing_rate r ON r.plan = p_span.plan AND r.area = p_span.rating_area AND r.tier = '' AND r.replaced_at IS NULL
        AND r.ages @> covered.age AND r.period @> covered.from_on
    WHERE covered.age IS NULL OR covered.age >= p_child_age OR place <= p_children
$$;

-- The accounts of a range that are to be billed for the month, under each number that leads to them, and the
-- past months to look into again. Nothing of an account is left once it was billed for the month.
CREATE FUNCTION billing_premium_scope(run billing_premium_run, part billing_premium_range) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    -- `number` has the collation of the spans' index, which could not be used otherwise.
    CREATE TEMP TABLE premium_scope ON COMMIT DROP AS
        SELECT a.number AS account_number, a.number::text COLLATE "default" AS number, run.month::date AS covers,
               (run.month + interval '1 month - 1 day')::date AS until
        FROM accounts_account a
        LEFT JOIN billing_premium p ON p.account_number = a.number AND p.covers = run.month
            AND p.account_number >= part.first_number AND p.account_number < part.next_number
        WHERE a.number >= part.first_number AND a.number < part.next_number AND a.merged_into IS NULL AND p.account_number IS NULL
        ORDER BY a.number;
    DELETE FROM premium_scope USING billing_premium_adjustment a
        WHERE a.billed_with = run.month AND a.account_number >= part.first_number AND a.account_number < part.next_number
          AND premium_scope.account_number = a.account_number;
    DELETE FROM premium_scope USING accounts_account m
        WHERE m.merged_into >= part.first_number AND m.merged_into < part.next_number AND premium_scope.account_number = m.merged_into
          AND EXISTS (SELECT 1 FROM billing_premium p WHERE p.account_number = m.number AND p.covers = run.month);
    INSERT INTO premium_scope
        SELECT m.merged_into, m.number, s.covers, s.until FROM accounts_account m JOIN premium_scope s ON s.account_number = m.merged_into
        WHERE m.merged_into >= part.first_number AND m.merged_into < part.next_number;
    CREATE TEMP TABLE premium_touched ON COMMIT DROP AS
        SELECT s.account_number, date_trunc('month', min(t.since))::date AS since FROM premium_scope s
        JOIN billing_premium_touched t ON t.account_number = s.number COLLATE "C" GROUP BY 1;
    INSERT INTO billing_premium_seen
        SELECT part.position, t.account_number, t.version FROM premium_scope s
        JOIN billing_premium_touched t ON t.account_number = s.number COLLATE "C";
    INSERT INTO premium_scope
        SELECT s.account_number, s.number, done.month, (done.month + interval '1 month - 1 day')::date
        FROM premium_touched t JOIN premium_scope s USING (account_number)
        JOIN (SELECT DISTINCT month FROM billing_premium_run WHERE state = 'done' AND month >= run.look_back AND month < run.month) done
            ON done.month >= t.since;
    ANALYZE premium_scope;
END $$;

-- What each month of the scope costs, span by span. OFFSET 0 keeps each step apart: folded into one, an amount
-- would be worked out anew wherever it is used.
CREATE FUNCTION billing_premium_cost(run billing_premium_run) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_child_age integer := run.rules ->> 'child_age';
    v_children integer := run.rules ->> 'children';
BEGIN
    CREATE TEMP TABLE premium_rule ON COMMIT DROP AS
        SELECT key AS coverage_type, value ->> 'mode' AS mode, (value ->> 'bps')::bigint AS bps, (value ->> 'extended_bps')::bigint AS extended_bps
        FROM jsonb_each(run.rules -> 'types');
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

-- By how much the past months of the scope differ from what they were billed at, corrections included.
-- A bill that was taken back or corrected at the desk was billed for that much less or more.
CREATE FUNCTION billing_premium_corrections(p_month date) RETURNS TABLE (
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
        SELECT s.account_number, s.covers, p.coverage_type::text, -p.gross_cents, -p.aptc_cents, -p.share_cents - coalesce((
                   SELECT sum(a.amount_cents) FROM billing_adjustment a
                   WHERE a.account_number = p.account_number AND a.bill_month = p.bill_month AND a.bill_id = p.bill_id
                     AND a.kind IN ('cancel', 'correct')), 0)
        FROM premium_scope s JOIN billing_premium p ON p.account_number = s.number COLLATE "C" AND p.covers = s.covers
        WHERE s.covers < p_month
        UNION ALL
        SELECT s.account_number, s.covers, a.coverage_type::text, -a.gross_cents, -a.aptc_cents, -a.share_cents - coalesce((
                   -- A bill of corrections alone: what was taken back counts for the latest month on it.
                   SELECT sum(taken.amount_cents) FROM billing_adjustment taken
                   WHERE taken.account_number = a.account_number AND taken.bill_month = a.bill_month AND taken.bill_id = a.bill_id
                     AND taken.kind IN ('cancel', 'correct')
                     AND NOT EXISTS (SELECT 1 FROM billing_premium p WHERE p.account_number = a.account_number AND p.bill_id = a.bill_id)
                     AND NOT EXISTS (SELECT 1 FROM billing_premium_adjustment later WHERE later.account_number = a.account_number
                                     AND later.bill_id = a.bill_id AND later.covers > a.covers)), 0)
        FROM premium_scope s JOIN billing_premium_adjustment a ON a.account_number = s.number COLLATE "C" AND a.covers = s.covers
        WHERE s.covers < p_month
    ) compared
    GROUP BY account_number, covers
    HAVING sum(gross) <> 0 OR sum(aptc) <> 0 OR sum(share) <> 0;
END $$;

-- Price the accounts of one range. Returns the items there are; none the second time.
CREATE FUNCTION billing_premium_price(p_run bigint, p_position integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan SET work_mem = '64MB' SET jit = off AS $$
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
