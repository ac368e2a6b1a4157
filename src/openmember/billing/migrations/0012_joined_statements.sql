-- As before; a bill that moved here stands on the statement of the month in which it moved.
CREATE OR REPLACE FUNCTION billing_statement_rows(p_month date, p_first text, p_next text, p_layouts jsonb)
RETURNS TABLE (
    account_number varchar(12), month date, holder_id bigint, opening_cents bigint, charges_cents bigint, receipts_cents bigint,
    adjustments_cents bigint, closing_cents bigint, premium_cents bigint, medical_cents bigint, pharmacy_cents bigint,
    credit_cents bigint, due_cents bigint, due_on date, language text, reading_format text, electronic boolean,
    postal_code text, data jsonb, layout_id text
) LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
BEGIN
RETURN QUERY
WITH account AS MATERIALIZED (
    SELECT b.account_number, a.holder_id, a.merged_into, b.premium_cents, b.medical_cents, b.pharmacy_cents, b.credit_cents, b.version,
           b.unsettled_since, b.billed_until, last.closing_cents AS opening_cents, last.counted_until, last.version AS counted_version
    FROM ledger_balance b
    JOIN accounts_account a ON a.number = b.account_number
    LEFT JOIN LATERAL (
        SELECT s.closing_cents, s.counted_until, s.version FROM billing_statement s
        WHERE s.account_number = b.account_number AND s.month < p_month ORDER BY s.month DESC LIMIT 1
    ) last ON true
    WHERE b.account_number >= p_first AND b.account_number < p_next
), recent AS MATERIALIZED (
    SELECT t.account_number, t.effective_on, t.id, t.debit, t.credit, t.amount_cents, t.kind, t.reference, t.recorded_at
    FROM ledger_transfer t WHERE t.account_number >= p_first AND t.account_number < p_next AND t.effective_on >= p_month
), later AS (
    -- What counts from a later day is in the balance and not yet in this statement.
    SELECT r.account_number,
           sum(amount_cents * ((debit = 1210)::int - (credit = 1210)::int)) AS premium_cents,
           sum(amount_cents * ((debit = 1220)::int - (credit = 1220)::int)) AS medical_cents,
           sum(amount_cents * ((debit = 1230)::int - (credit = 1230)::int)) AS pharmacy_cents,
           sum(amount_cents * ((credit = 2010)::int - (debit = 2010)::int)) AS credit_cents
    FROM recent r WHERE effective_on >= p_month + interval '1 month' GROUP BY r.account_number
), known AS (
    SELECT r.account_number, count(*) FILTER (WHERE r.recorded_at > a.counted_until) AS added,
           sum(billing_statement_effect(debit, credit, amount_cents)) FILTER (WHERE effective_on < p_month + interval '1 month') AS effect_cents
    FROM recent r JOIN account a USING (account_number) GROUP BY r.account_number
), closing AS MATERIALIZED (
    SELECT a.*, (a.premium_cents - coalesce(l.premium_cents, 0))::bigint AS closing_premium,
           (a.medical_cents - coalesce(l.medical_cents, 0))::bigint AS closing_medical,
           (a.pharmacy_cents - coalesce(l.pharmacy_cents, 0))::bigint AS closing_pharmacy,
           (a.credit_cents - coalesce(l.credit_cents, 0))::bigint AS closing_credit,
           coalesce(k.added, 0) AS added, coalesce(k.effect_cents, 0)::bigint AS effect_cents
    FROM account a LEFT JOIN later l USING (account_number) LEFT JOIN known k USING (account_number)
), moved AS MATERIALIZED (
    SELECT r.*, false AS late FROM recent r WHERE r.effective_on < p_month + interval '1 month'
    UNION ALL
    -- Recorded after the last statement, for a day before this month. Looked for only where the account's count of
    -- transfers, or its balance, says that there is one: it may be in any month.
    SELECT t.account_number, t.effective_on, t.id, t.debit, t.credit, t.amount_cents, t.kind, t.reference, t.recorded_at, true
    FROM closing c JOIN LATERAL (
        SELECT * FROM ledger_transfer t WHERE t.account_number = c.account_number AND t.effective_on < p_month AND t.recorded_at > c.counted_until
    ) t ON true
    WHERE c.counted_until IS NOT NULL AND (c.version - c.counted_version <> c.added
        OR c.opening_cents + c.effect_cents <> c.closing_premium + c.closing_medical + c.closing_pharmacy - c.closing_credit)
), effect AS (
    SELECT m.*, billing_statement_effect(m.debit, m.credit, m.amount_cents) AS cents,
           CASE WHEN m.debit IN (1210, 1220, 1230, 2010) THEN m.credit ELSE m.debit END AS contra,
           CASE WHEN m.reference ~ '^bill:[0-9]+$' THEN split_part(m.reference, ':', 2)::bigint END AS bill_id
    FROM moved m
), line AS (
    SELECT e.account_number, e.effective_on, e.recorded_at, e.id, e.cents, e.late, billing_statement_part(e.contra, e.cents) AS part,
           jsonb_strip_nulls(jsonb_build_object(
               'on', e.effective_on, 'what', billing_statement_what(e.contra, e.cents, e.kind), 'cents', e.cents, 'late', nullif(e.late, false),
               'payment', CASE WHEN e.reference ~ '^payment:[0-9]+$' THEN split_part(e.reference, ':', 2)::bigint END,
               'bill', b.id, 'title', b.title, 'line', b.line, 'items', items.list)) AS told
    FROM effect e
    LEFT JOIN billing_adjustment x ON x.account_number = e.account_number AND x.transfer_id = e.id
        AND x.account_number >= p_first AND x.account_number < p_next
    LEFT JOIN billing_moved_bill arrived ON arrived.account_number = e.account_number AND arrived.bill_id = e.bill_id
        AND arrived.account_number >= p_first AND arrived.account_number < p_next
    LEFT JOIN LATERAL (
        SELECT b.id, b.month, b.title, b.line FROM billing_bill b
        WHERE b.account_number = e.account_number AND b.id = e.bill_id
          -- Said twice, so that however it is joined no more than this range is read.
          AND b.account_number >= p_first AND b.account_number < p_next
          AND b.month = coalesce(x.bill_month, arrived.bill_month, date_trunc('month', e.effective_on)::date)
    ) b ON e.bill_id IS NOT NULL
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_strip_nulls(jsonb_build_object('text', i.description, 'on', i.service_on, 'cents', i.amount_cents)) ORDER BY i.position) AS list
        FROM billing_line i WHERE i.account_number = e.account_number AND i.bill_month = b.month AND i.bill_id = b.id
        HAVING count(*) > 1 OR bool_or(i.service_on IS NOT NULL) OR min(i.description) <> b.title
    ) items ON e.kind = 'bill'
    WHERE e.cents <> 0
), told AS (
    SELECT l.account_number,
           coalesce(sum(cents) FILTER (WHERE part = 'charge'), 0)::bigint AS charges_cents,
           coalesce(sum(cents) FILTER (WHERE part = 'payment'), 0)::bigint AS receipts_cents,
           coalesce(sum(cents) FILTER (WHERE part = 'adjustment'), 0)::bigint AS adjustments_cents,
           jsonb_agg(told ORDER BY effective_on, recorded_at, id) FILTER (WHERE part = 'charge') AS charges,
           jsonb_agg(told ORDER BY effective_on, recorded_at, id) FILTER (WHERE part = 'payment') AS payments,
           jsonb_agg(told ORDER BY effective_on, recorded_at, id) FILTER (WHERE part = 'adjustment') AS adjustments
    FROM line l GROUP BY l.account_number
), arrived_later AS MATERIALIZED (
    SELECT m.account_number, m.bill_id FROM billing_moved_bill m
    WHERE m.account_number >= p_first AND m.account_number < p_next AND m.moved_on >= p_month + interval '1 month'
), open AS (
    -- What is in a payment plan is asked for by its instalments: see below.
    SELECT c.account_number, coalesce(sum(b.open_cents) FILTER (WHERE NOT b.held AND b.plan_id IS NULL), 0)::bigint AS due_cents,
           min(b.due_on) FILTER (WHERE NOT b.held AND b.plan_id IS NULL AND b.due_on >= p_month + interval '1 month') AS next_on,
           min(b.due_on) FILTER (WHERE NOT b.held AND b.plan_id IS NULL) AS first_on,
           coalesce(sum(b.open_cents) FILTER (WHERE NOT b.held AND b.plan_id IS NULL AND b.due_on < p_month + interval '1 month'), 0)::bigint AS overdue_cents,
           coalesce(sum(b.open_cents) FILTER (WHERE b.held), 0)::bigint AS held_cents,
           coalesce(sum(b.open_cents) FILTER (WHERE NOT b.held AND b.plan_id IS NOT NULL), 0)::bigint AS plan_cents,
           jsonb_agg(jsonb_strip_nulls(jsonb_build_object('bill', b.id, 'title', b.title, 'line', b.line, 'due', b.due_on, 'cents', b.open_cents,
                                                          'held', nullif(b.held, false), 'plan', nullif(b.plan_id IS NOT NULL, false))) ORDER BY b.due_on, b.id) AS list
    FROM closing c
    JOIN LATERAL (
        SELECT * FROM billing_bill b WHERE b.account_number = c.account_number AND b.open_cents > 0
          AND b.account_number >= p_first AND b.account_number < p_next AND b.month <= p_month
          AND b.month BETWEEN c.unsettled_since AND least(c.billed_until, p_month)
          AND NOT EXISTS (SELECT 1 FROM arrived_later l WHERE l.account_number = b.account_number AND l.bill_id = b.id)
    ) b ON true
    GROUP BY c.account_number
), plan AS (
    -- What is left of each instalment once what was paid of the plan is laid on them in their order; those of the
    -- coming month are asked for, with those that are late.
    SELECT i.account_number, sum(i.left_cents) FILTER (WHERE i.due_on < p_month + interval '2 months')::bigint AS due_cents,
           sum(i.left_cents) FILTER (WHERE i.due_on < p_month + interval '1 month')::bigint AS overdue_cents,
           min(i.due_on) FILTER (WHERE i.due_on >= p_month + interval '1 month') AS next_on, min(i.due_on) AS first_on
    FROM (
        SELECT p.account_number, i.due_on,
               least(i.amount_cents, sum(i.amount_cents) OVER (PARTITION BY p.account_number, p.id ORDER BY i.position) - s.total_cents + rest.cents) AS left_cents
        FROM closing c
        JOIN billing_plan p ON p.account_number = c.account_number AND p.status = 'active'
        JOIN billing_plan_schedule s ON (s.account_number, s.plan_id, s.version) = (p.account_number, p.id, p.version)
        JOIN billing_plan_instalment i ON (i.account_number, i.plan_id, i.version) = (p.account_number, p.id, p.version)
        CROSS JOIN LATERAL (
            SELECT coalesce(sum(b.open_cents), 0) AS cents FROM billing_plan_part part
            JOIN billing_bill b ON (b.account_number, b.month, b.id) = (part.account_number, part.bill_month, part.bill_id)
            WHERE (part.account_number, part.plan_id, part.version) = (p.account_number, p.id, p.version) AND b.plan_id = p.id AND NOT b.held
        ) rest
    ) i WHERE i.left_cents > 0 GROUP BY i.account_number
), credit AS (
    -- The advance premium tax credit is shown on every statement it lowers (42 USC 18082(c)(2)(B)(iii)).
    SELECT p.account_number, jsonb_agg(jsonb_build_object('covers', p.covers, 'gross', p.gross_cents, 'credit', p.aptc_cents, 'share', p.share_cents)
                                       ORDER BY p.covers) AS list
    FROM billing_premium p
    WHERE p.account_number >= p_first AND p.account_number < p_next AND p.aptc_cents > 0
      AND p.covers BETWEEN p_month - interval '3 months' AND p_month + interval '3 months'
      AND CASE WHEN p.bill_id IS NULL THEN p.covers = p_month ELSE p.bill_month = p_month END
    GROUP BY p.account_number
), amount AS (
    SELECT c.*, coalesce(t.charges_cents, 0) AS charges, coalesce(t.receipts_cents, 0) AS payments, coalesce(t.adjustments_cents, 0) AS adjustments,
           c.closing_premium + c.closing_medical + c.closing_pharmacy - c.closing_credit AS closing,
           t.charges AS charge_list, t.payments AS payment_list, t.adjustments AS adjustment_list,
           t.account_number IS NOT NULL AS has_lines
    FROM closing c LEFT JOIN told t USING (account_number)
)
SELECT a.account_number, p_month, a.holder_id,
       -- The first statement begins with all that was before it.
       coalesce(a.opening_cents, a.closing - a.charges - a.payments - a.adjustments),
       a.charges, a.payments, a.adjustments, a.closing, a.closing_premium, a.closing_medical, a.closing_pharmacy, a.closing_credit,
       -- The next day to pay by; where all of it was due before, the first of those days.
       due.cents, CASE WHEN due.cents > 0 THEN coalesce(least(o.next_on, CASE WHEN n.due_cents > 0 THEN n.next_on END), least(o.first_on, n.first_on)) END,
       CASE WHEN h.language IN ('es', 'zh-hant') THEN h.language::text ELSE 'en' END, h.reading_format::text, letters_is_electronic(coalesce(a.merged_into, a.account_number)) AND answers.holder_id = a.holder_id, h.postal_code::text,
       jsonb_strip_nulls(jsonb_build_object(
           'address', to_jsonb(array_remove(ARRAY[
               concat_ws(' ', nullif(h.first_name, ''), nullif(h.middle_name, ''), nullif(h.last_name, ''), nullif(h.suffix, '')),
               h.street, h.street2,
               concat_ws(', ', nullif(h.city, ''), nullif(concat_ws(' ', nullif(h.state, ''), nullif(h.postal_code, '')), ''))], '')),
           'region', h.region, 'joined', a.merged_into, 'charges', a.charge_list, 'payments', a.payment_list, 'adjustments', a.adjustment_list,
           'open', o.list, 'overdue', nullif(coalesce(o.overdue_cents, 0) + coalesce(n.overdue_cents, 0), 0), 'held', nullif(o.held_cents, 0),
           'planned', nullif(greatest(coalesce(o.plan_cents, 0) - coalesce(n.due_cents, 0), 0), 0), 'tax_credit', k.list)),
       p_layouts ->> CASE WHEN h.language IN ('es', 'zh-hant') THEN h.language ELSE 'en' END
FROM amount a
JOIN members_member h ON h.id = a.holder_id
JOIN accounts_account answers ON answers.number = coalesce(a.merged_into, a.account_number)
LEFT JOIN open o USING (account_number)
LEFT JOIN plan n USING (account_number)
LEFT JOIN credit k USING (account_number)
-- Nobody is asked for what was paid since the month ended, nor for what is in dispute.
CROSS JOIN LATERAL (SELECT greatest(0, least(a.closing, coalesce(o.due_cents, 0) + coalesce(n.due_cents, 0))) AS cents) due
WHERE a.has_lines OR a.closing <> 0 OR coalesce(a.opening_cents, 0) <> 0 OR (a.merged_into IS NULL AND (k.list IS NOT NULL OR o.list IS NOT NULL));
END $$;
