-- Every difference between cases of unpaid premium, their history, the coverage they ended and the bills.
SELECT 'grace history' AS check_name, c.account_number,
       format('case %s is %s, its last step was %s', c.id, c.status, last.step) AS explanation
FROM billing_grace c
LEFT JOIN LATERAL (
    SELECT step FROM billing_grace_step s
    WHERE s.account_number = c.account_number AND s.case_id = c.id AND s.step <> 'held' ORDER BY position DESC LIMIT 1
) last ON true
WHERE c.status IS DISTINCT FROM CASE
    WHEN last.step IN ('terminated', 'cured', 'reinstated') THEN last.step
    WHEN last.step = 'prospective' THEN 'cured'
    WHEN last.step IS NOT NULL THEN 'open' END
UNION ALL
SELECT 'grace coverage', c.account_number, format('case %s ended coverage on %s, and the span %s was not put back', c.id, t.ends_on, t.span_id)
FROM billing_grace c JOIN coverage_termination t ON t.reference = 'grace:' || c.id AND t.undone_on IS NULL
WHERE c.status NOT IN ('terminated', 'cured')
UNION ALL
SELECT 'grace bills', u.account_number,
       format('cases took %s cents off bill %s, its adjustments say %s', u.cents, u.bill_id, coalesce(a.cents, 0))
FROM (SELECT account_number, bill_id, sum(canceled_cents) AS cents FROM billing_grace_uncovered GROUP BY 1, 2) u
LEFT JOIN (SELECT account_number, bill_id, -sum(amount_cents) AS cents FROM billing_adjustment WHERE kind = 'cancel' GROUP BY 1, 2) a
    USING (account_number, bill_id)
WHERE u.cents > coalesce(a.cents, 0)
ORDER BY 2, 1, 3
