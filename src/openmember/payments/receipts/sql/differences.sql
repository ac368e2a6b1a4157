-- Every receipt that the books do not bear out. One row a difference.
WITH held AS (
    SELECT split_part(reference, ':', 2)::bigint AS receipt_id, split_part(reference, ':', 4) AS act,
           sum(amount_cents * ((credit = 2020)::int - (debit = 2020)::int)) AS waiting,
           sum(amount_cents * ((credit = 2030)::int - (debit = 2030)::int)) AS payable
    FROM ledger_transfer WHERE account_number = 'HOUSE' AND reference LIKE 'receipt:%' GROUP BY 1, 2
), waiting AS (
    SELECT receipt_id, sum(waiting) AS cents FROM held GROUP BY 1
), acted AS (
    SELECT receipt_id, sum(amount_cents) FILTER (WHERE state IN ('made', 'paid')) AS done FROM payments_receipt_act GROUP BY 1
)
SELECT 'unidentified receipts' AS check_name, NULL::text AS account_number,
       format('receipt %s has %s cents waiting, the ledger has %s for it', coalesce(r.id, w.receipt_id), coalesce(r.open_cents, 0), coalesce(w.cents, 0)) AS explanation
FROM payments_receipt r FULL JOIN waiting w ON w.receipt_id = r.id WHERE coalesce(r.open_cents, 0) <> coalesce(w.cents, 0)
UNION ALL
SELECT 'unidentified receipts', NULL, format('the ledger holds %s cents unidentified, %s wait in the queue', ledger.cents, queue.cents)
FROM (SELECT coalesce(sum(amount_cents * ((credit = 2020)::int - (debit = 2020)::int)), 0) AS cents FROM ledger_transfer WHERE credit = 2020 OR debit = 2020) ledger,
     (SELECT coalesce(sum(open_cents), 0) AS cents FROM payments_receipt WHERE state = 'waiting') queue
WHERE ledger.cents <> queue.cents
UNION ALL
SELECT 'receipt', r.account_number, format('receipt %s says it was posted as payment %s, which is not there or is another', r.id, r.payment_id)
FROM payments_receipt r LEFT JOIN payments_payment p ON p.account_number = r.account_number AND p.id = r.payment_id
WHERE r.state = 'posted' AND (p.id IS NULL OR p.amount_cents <> r.amount_cents OR p.key <> r.key)
UNION ALL
SELECT 'receipt', NULL, format('receipt %s of %s cents: %s are open, %s were worked', r.id, r.amount_cents, r.open_cents, coalesce(a.done, 0))
FROM payments_receipt r LEFT JOIN acted a ON a.receipt_id = r.id
WHERE r.state IN ('waiting', 'worked') AND r.amount_cents <> r.open_cents + coalesce(a.done, 0)
UNION ALL
SELECT 'receipt act', a.account_number, format('act %s posted %s cents as payment %s, which is not there or is another', a.id, a.amount_cents, a.payment_id)
FROM payments_receipt_act a LEFT JOIN payments_payment p ON p.id = a.payment_id AND p.key = 'receipt-act:' || a.id
WHERE a.payment_id IS NOT NULL AND (p.id IS NULL OR p.amount_cents <> a.amount_cents)
UNION ALL
SELECT 'receipt return', NULL, format('return %s is %s, the ledger has %s cents payable for it', a.id, a.state, coalesce(h.payable, 0))
FROM payments_receipt_act a LEFT JOIN held h ON h.act = a.id::text
WHERE a.kind = 'return' AND coalesce(h.payable, 0) <> CASE a.state WHEN 'made' THEN a.amount_cents ELSE 0 END
ORDER BY 2, 1, 3
