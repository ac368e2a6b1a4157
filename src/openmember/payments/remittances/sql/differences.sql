-- Every difference between what remittances said, what was posted for them, and the ledger.
WITH posted AS (
    SELECT remittance_id, sum(amount_cents) AS cents FROM payments_remittance_posting GROUP BY 1
), moved AS (
    SELECT account_number, split_part(reference, ':', 2)::bigint AS remittance_id,
           sum(amount_cents * ((debit = 1010)::int - (credit = 1010)::int)) AS cents
    FROM ledger_transfer WHERE reference LIKE 'remittance:%' GROUP BY 1, 2
), noted AS (
    SELECT account_number, remittance_id, sum(amount_cents) AS cents
    FROM payments_remittance_posting WHERE transfer_id IS NOT NULL GROUP BY 1, 2
), said AS (
    SELECT l.account_number, l.remittance_id, sum(l.amount_cents) AS cents
    FROM payments_remittance_line l JOIN payments_remittance r ON r.id = l.remittance_id AND r.state = 'posted'
    GROUP BY 1, 2
), done AS (
    SELECT account_number, remittance_id, sum(amount_cents) AS cents FROM payments_remittance_posting GROUP BY 1, 2
)
SELECT 'remittance' AS check_name, NULL::text AS account_number,
       format('remittance %s says %s cents were paid, %s were posted', r.id, r.amount_cents, coalesce(p.cents, 0)) AS explanation
FROM payments_remittance r LEFT JOIN posted p ON p.remittance_id = r.id
WHERE r.state = 'posted' AND r.amount_cents <> coalesce(p.cents, 0)
UNION ALL
SELECT 'remittance', p.account_number, format('remittance %s is %s, and yet %s cents were posted for it', r.id, r.state, p.amount_cents)
FROM payments_remittance r JOIN payments_remittance_posting p ON p.remittance_id = r.id WHERE r.state <> 'posted'
UNION ALL
SELECT 'remittance lines', account_number,
       format('the lines of remittance %s come to %s cents, %s were posted', remittance_id, coalesce(s.cents, 0), coalesce(d.cents, 0))
FROM said s FULL JOIN done d USING (account_number, remittance_id) WHERE coalesce(s.cents, 0) <> coalesce(d.cents, 0)
UNION ALL
SELECT 'remittance cash', account_number,
       format('remittance %s brought %s cents by its notes, by the ledger %s', remittance_id, coalesce(n.cents, 0), coalesce(m.cents, 0))
FROM moved m FULL JOIN noted n USING (account_number, remittance_id) WHERE coalesce(m.cents, 0) <> coalesce(n.cents, 0)
UNION ALL
SELECT 'remittance payment', o.account_number, format('remittance %s noted payment %s of %s cents, which is of %s', o.remittance_id, o.payment_id, o.amount_cents, p.amount_cents)
FROM payments_remittance_posting o JOIN payments_payment p ON (p.account_number, p.id) = (o.account_number, o.payment_id)
WHERE p.amount_cents <> o.amount_cents
UNION ALL
SELECT 'remittance payment', p.account_number, format('payment %s came with a remittance that does not know it', p.id)
FROM payments_payment p LEFT JOIN payments_remittance_posting o ON (o.account_number, o.payment_id) = (p.account_number, p.id)
WHERE p.key LIKE '820:%' AND p.channel = 'bank' AND o.payment_id IS NULL
ORDER BY 2, 1, 3
