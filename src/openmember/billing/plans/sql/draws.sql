-- What is due on a day for every plan that stands, as autopay may draw it: the first instalments are covered
-- by what was paid since the schedule was made. Plans with a disputed bill are left out.
-- %(day)s  the day     %(numbers)s  accounts, or null for all     %(id)s  one plan, or null for all
WITH plan AS (
    SELECT p.account_number, p.id, p.version FROM billing_plan p
    JOIN billing_plan_instalment i ON (i.account_number, i.plan_id, i.version) = (p.account_number, p.id, p.version)
    WHERE p.status = 'active' AND i.due_on = %(day)s
      AND (%(numbers)s::text[] IS NULL OR p.account_number = ANY (%(numbers)s)) AND (%(id)s::bigint IS NULL OR p.id = %(id)s)
), now AS (
    SELECT plan.account_number, plan.id, bool_or(b.held) AS held, sum(b.open_cents) AS open_cents,
           greatest(sum(b.amount_cents + b.adjusted_cents - b.open_cents - part.paid_cents), 0) AS paid_cents,
           array_agg(b.id ORDER BY b.due_on, b.id) FILTER (WHERE b.open_cents > 0) AS bills
    FROM plan
    JOIN billing_plan_part part ON (part.account_number, part.plan_id, part.version) = (plan.account_number, plan.id, plan.version)
    JOIN billing_bill b ON (b.account_number, b.month, b.id) = (part.account_number, part.bill_month, part.bill_id)
    GROUP BY 1, 2
), asked AS (
    SELECT plan.account_number, plan.id,
           sum(i.amount_cents) FILTER (WHERE i.due_on <= %(day)s) AS until_cents,
           sum(i.amount_cents) FILTER (WHERE i.due_on < %(day)s) AS before_cents,
           max(i.due_on) = %(day)s AS is_last
    FROM plan
    JOIN billing_plan_instalment i ON (i.account_number, i.plan_id, i.version) = (plan.account_number, plan.id, plan.version)
    GROUP BY 1, 2
), draw AS (
    -- The last instalment is whatever is left: with it comes what was added to the bills meanwhile.
    SELECT account_number, id, bills, held, open_cents,
           least(greatest(coalesce(before_cents, 0) - paid_cents, 0), open_cents)::bigint AS late_cents,
           CASE WHEN is_last THEN open_cents ELSE least(greatest(until_cents - paid_cents, 0), open_cents) END::bigint AS cents
    FROM now JOIN asked USING (account_number, id)
)
SELECT account_number, id AS plan_id, bills, late_cents, cents FROM draw WHERE NOT held AND cents > 0 ORDER BY 1, 2
