-- Every difference between refunds of credit, checks, what went to states, and the books.
SELECT 'credit refund' AS check_name, head.account_number,
       format('refund of credit %s is for %s cents, its parts add up to %s', head.id, head.amount_cents, coalesce(parts.cents, 0)) AS explanation
FROM payments_credit_refund head
LEFT JOIN (SELECT account_number, credit_refund_id, sum(amount_cents) AS cents, bool_and(refund_id IS NOT NULL) AS is_made
           FROM payments_credit_part GROUP BY 1, 2) parts
    ON (parts.account_number, parts.credit_refund_id) = (head.account_number, head.id)
WHERE head.amount_cents <> coalesce(parts.cents, 0)
UNION ALL
SELECT 'credit refund made', part.account_number,
       format('refund of credit %s is %s, its refund of payment %s says otherwise', head.id, head.status, part.payment_id)
FROM payments_credit_part part
JOIN payments_credit_refund head ON (head.account_number, head.id) = (part.account_number, part.credit_refund_id)
LEFT JOIN payments_refund refund ON (refund.account_number, refund.id) = (part.account_number, part.refund_id)
WHERE (head.status = 'approved') <> (refund.id IS NOT NULL)
   OR (refund.amount_cents, refund.payment_id) IS DISTINCT FROM (part.amount_cents, part.payment_id) AND refund.id IS NOT NULL
UNION ALL
SELECT 'check', drawn.account_number,
       format('check %s of %s cents is %s, its refund of %s cents is %s', drawn.number, drawn.amount_cents, drawn.status, refund.amount_cents, refund.status)
FROM payments_check drawn
JOIN payments_refund refund ON (refund.account_number, refund.id) = (drawn.account_number, drawn.refund_id)
WHERE drawn.amount_cents <> refund.amount_cents
   OR refund.status <> CASE WHEN drawn.status IN ('issued', 'cleared') THEN 'sent' ELSE 'failed' END
UNION ALL
SELECT 'check run', '', format('check run %s says %s checks of %s cents, there are %s of %s', run.id, run.checks, run.amount_cents, coalesce(drawn.checks, 0), coalesce(drawn.cents, 0))
FROM payments_check_run run
LEFT JOIN (SELECT run_id, count(*) AS checks, sum(amount_cents) AS cents FROM payments_check GROUP BY 1) drawn ON drawn.run_id = run.id
WHERE (run.checks, run.amount_cents) IS DISTINCT FROM (coalesce(drawn.checks, 0), coalesce(drawn.cents, 0))
UNION ALL
SELECT 'turned over', account_number, format('%s cents were turned over to states, the ledger has %s', coalesce(noted.cents, 0), coalesce(posted.cents, 0))
FROM (SELECT account_number, sum(amount_cents) AS cents FROM payments_escheat GROUP BY 1) noted
FULL JOIN (SELECT account_number, sum(amount_cents) AS cents FROM ledger_transfer WHERE kind = 'escheat' GROUP BY 1) posted USING (account_number)
WHERE coalesce(noted.cents, 0) <> coalesce(posted.cents, 0)
ORDER BY 2, 1, 3
