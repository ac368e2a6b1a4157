-- Accounts that were joined: a sponsor's list is billed wherever its account's number leads, and what moves is booked
-- on the day it moves.

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
        -- Under each number that leads to the account: a sponsor's may have been joined to another since.
        JOIN premium_scope sc ON sc.number COLLATE "C" = b.account_number AND sc.covers >= b.since AND sc.covers < b.until
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

-- As before. p_booked_on: the day it is booked on where that is another than it was issued on.
DROP FUNCTION billing_raise(text, text, text, text, bigint, date, date, jsonb, smallint);
CREATE FUNCTION billing_raise(
    p_account text, p_key text, p_line text, p_title text, p_member bigint, p_issued_on date, p_due_on date,
    p_lines jsonb, p_contra smallint DEFAULT NULL, p_booked_on date DEFAULT NULL
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_month date := date_trunc('month', p_issued_on);
    v_amount bigint;
    known billing_bill;
    v_closed boolean;
    v_id bigint;
BEGIN
    SELECT closed INTO v_closed FROM ledger_balance WHERE account_number = p_account FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        PERFORM kernel_refuse('unknown_account');
    ELSIF v_closed THEN
        PERFORM kernel_refuse('merged_account', 'the account was joined to another');
    END IF;
    SELECT sum((item ->> 'amount_cents')::bigint) INTO v_amount FROM jsonb_array_elements(p_lines) item;
    IF v_amount IS NULL THEN
        PERFORM kernel_refuse('no_lines', 'a bill needs at least one line');
    ELSIF v_amount <= 0 THEN
        PERFORM kernel_refuse('not_positive', 'the lines of a bill add up to more than zero');
    END IF;
    SELECT * INTO known FROM billing_bill WHERE account_number = p_account AND month = v_month AND key = p_key;
    IF FOUND THEN
        IF (known.line, known.amount_cents, known.due_on) IS DISTINCT FROM (p_line, v_amount, p_due_on) THEN
            PERFORM kernel_refuse('key_reused', 'this was billed before with other contents');
        END IF;
        RETURN known.id;
    END IF;
    INSERT INTO billing_bill (account_number, month, key, line, title, member_id, issued_on, due_on, amount_cents, open_cents)
    VALUES (p_account, v_month, p_key, p_line, p_title, p_member, p_issued_on, p_due_on, v_amount, v_amount)
    RETURNING id INTO v_id;
    INSERT INTO billing_line
        SELECT p_account, v_month, v_id, place, item ->> 'description', (item ->> 'service_on')::date, (item ->> 'amount_cents')::bigint
        FROM jsonb_array_elements(p_lines) WITH ORDINALITY AS lines (item, place);
    PERFORM ledger_post(p_account, billing_receivable(p_line),
        coalesce(p_contra, (CASE p_line WHEN 'premium' THEN 4010 WHEN 'medical' THEN 4020 ELSE 4030 END)::smallint),
        v_amount, 'bill', coalesce(p_booked_on, p_issued_on), 'bill:' || v_id);
    UPDATE ledger_balance SET unsettled_since = least(unsettled_since, v_month), billed_until = greatest(billed_until, v_month)
        WHERE account_number = p_account AND (unsettled_since > v_month OR billed_until < v_month);
    RETURN v_id;
END $$;

-- Move what is open of a bill to another account: billed anew there with its dates, and taken off here.
-- Both are booked on the day it moves: months that are over, or closed, stay as they were.
-- Returns the new bill's id. The caller holds both balance rows. Refuses: unknown_bill.
CREATE OR REPLACE FUNCTION billing_move(p_from text, p_bill bigint, p_into text, p_on date, p_actor text) RETURNS bigint
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
        jsonb_build_array(jsonb_build_object('description', bill.title, 'amount_cents', bill.open_cents)), 1900::smallint, p_on);
    INSERT INTO billing_moved_bill (account_number, bill_month, bill_id, origin_account, origin_month, origin_bill, moved_on)
        SELECT p_into, bill.month, v_id, coalesce(m.origin_account, p_from), coalesce(m.origin_month, bill.month), coalesce(m.origin_bill, bill.id), p_on
        FROM (SELECT) one LEFT JOIN billing_moved_bill m ON (m.account_number, m.bill_month, m.bill_id) = (p_from, bill.month, bill.id);
    IF bill.held THEN
        PERFORM billing_hold(p_into, v_id, true);
    END IF;
    PERFORM billing_adjust(p_from, bill.id, -bill.open_cents, 'move', 1900::smallint, 'moved to the joined account', p_actor, p_on);
    RETURN v_id;
END $$;
