-- Plans a sweep has to look at: paid off, opened again, on a joined account, or with an instalment that is
-- late and not covered by what was paid since the schedule was made.
-- %(today)s  %(late_before)s  the first day of which an unpaid instalment is not late yet
WITH now AS (
    SELECT part.account_number, part.plan_id,
           sum(b.open_cents) AS open_cents,
           sum(b.amount_cents + b.adjusted_cents - b.open_cents - part.paid_cents) AS paid_cents
    FROM billing_plan p
    JOIN billing_plan_part part ON (part.account_number, part.plan_id, part.version) = (p.account_number, p.id, p.version)
    JOIN billing_bill b ON (b.account_number, b.month, b.id) = (part.account_number, part.bill_month, part.bill_id)
    WHERE p.status IN ('active', 'completed') AND coalesce(b.plan_id, p.id) = p.id
    GROUP BY 1, 2
), late AS (
    SELECT i.account_number, i.plan_id, sum(i.amount_cents) AS cents
    FROM billing_plan p
    JOIN billing_plan_instalment i ON (i.account_number, i.plan_id, i.version) = (p.account_number, p.id, p.version)
    WHERE p.status = 'active' AND i.due_on < %(late_before)s
    GROUP BY 1, 2
)
SELECT p.account_number, p.id, balance.closed
FROM billing_plan p
JOIN now ON (now.account_number, now.plan_id) = (p.account_number, p.id)
JOIN ledger_balance balance ON balance.account_number = p.account_number
LEFT JOIN late ON (late.account_number, late.plan_id) = (p.account_number, p.id)
WHERE CASE p.status
      WHEN 'active' THEN balance.closed OR now.open_cents = 0 OR late.cents > now.paid_cents
      ELSE now.open_cents > 0 AND NOT balance.closed END
ORDER BY 1, 2
