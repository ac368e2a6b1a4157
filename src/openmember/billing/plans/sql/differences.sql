-- Every difference between payment plans, their schedules and the bills they stand for.
SELECT 'plan schedule' AS check_name, s.account_number,
       format('plan %s, schedule %s: %s cents agreed, %s in its bills, %s in its instalments', s.plan_id, s.version, s.total_cents,
              coalesce(parts.cents, 0), coalesce(dues.cents, 0)) AS explanation
FROM billing_plan_schedule s
LEFT JOIN (SELECT account_number, plan_id, version, sum(open_cents) AS cents FROM billing_plan_part GROUP BY 1, 2, 3) parts
    USING (account_number, plan_id, version)
LEFT JOIN (SELECT account_number, plan_id, version, sum(amount_cents) AS cents FROM billing_plan_instalment GROUP BY 1, 2, 3) dues
    USING (account_number, plan_id, version)
WHERE s.total_cents <> coalesce(parts.cents, 0) OR s.total_cents <> coalesce(dues.cents, 0)
UNION ALL
SELECT 'plan version', p.account_number, format('plan %s counts by schedule %s, which is not there', p.id, p.version)
FROM billing_plan p LEFT JOIN billing_plan_schedule s ON (s.account_number, s.plan_id, s.version) = (p.account_number, p.id, p.version)
WHERE s.version IS NULL
UNION ALL
SELECT 'bill of a plan', b.account_number, format('bill %s says it is in plan %s, which does not stand for it', b.id, b.plan_id)
FROM billing_bill b
LEFT JOIN billing_plan p ON (p.account_number, p.id) = (b.account_number, b.plan_id)
LEFT JOIN billing_plan_part part ON (part.account_number, part.plan_id, part.version, part.bill_id) = (p.account_number, p.id, p.version, b.id)
WHERE b.plan_id IS NOT NULL AND (p.status IS DISTINCT FROM 'active' OR part.bill_id IS NULL)
UNION ALL
SELECT 'plan of a bill', p.account_number, format('plan %s stands for bill %s, which is open and does not say so', p.id, b.id)
FROM billing_plan p
JOIN billing_plan_part part ON (part.account_number, part.plan_id, part.version) = (p.account_number, p.id, p.version)
JOIN billing_bill b ON (b.account_number, b.month, b.id) = (part.account_number, part.bill_month, part.bill_id)
WHERE p.status = 'active' AND b.open_cents > 0 AND b.plan_id IS DISTINCT FROM p.id
UNION ALL
SELECT 'plan story', p.account_number, format('plan %s is %s, its last move says otherwise', p.id, p.status)
FROM billing_plan p
LEFT JOIN LATERAL (
    SELECT kind FROM billing_plan_event e
    WHERE e.account_number = p.account_number AND e.plan_id = p.id AND kind NOT IN ('reminded', 'tried', 'noticed')
    ORDER BY position DESC LIMIT 1
) last ON true
WHERE p.status IS DISTINCT FROM CASE WHEN last.kind IN ('completed', 'lapsed', 'canceled') THEN last.kind WHEN last.kind IS NOT NULL THEN 'active' END
ORDER BY 2, 1, 3
