-- Every receipt that the books do not bear out. One row a difference. %(own)s  our accounts, as id/number
WITH run AS (
    SELECT max(day) AS until FROM payments_recon_run
), made AS (
    SELECT r.id, r.account_number, r.payment_id FROM payments_receipt r WHERE r.payment_id IS NOT NULL
    UNION ALL SELECT receipt_id, account_number, payment_id FROM payments_receipt_act WHERE payment_id IS NOT NULL
), stands AS (
    SELECT m.id, p.account_number, p.id AS payment_id, p.amount_cents, p.status FROM made m JOIN accounts_account a ON a.number = m.account_number
    JOIN payments_payment p ON p.id = m.payment_id AND p.account_number IN (a.number, a.merged_into) WHERE p.status IN ('accepted', 'settled')
), held AS (
    SELECT split_part(reference, ':', 2)::bigint AS receipt_id, split_part(reference, ':', 4) AS act,
           sum(amount_cents * ((credit = 2020)::int - (debit = 2020)::int)) AS waiting,
           sum(amount_cents * ((credit = 2030)::int - (debit = 2030)::int)) AS payable
    FROM ledger_transfer WHERE account_number = 'HOUSE' AND reference LIKE 'receipt:%%' GROUP BY 1, 2
), waiting AS (
    SELECT receipt_id, sum(waiting) AS cents FROM held GROUP BY 1
), acted AS (
    SELECT receipt_id, sum(amount_cents) FILTER (WHERE state IN ('made', 'paid')) AS done FROM payments_receipt_act GROUP BY 1
)
SELECT 'unidentified receipts' AS check_name, NULL::text AS account_number,
       format('receipt %%s has %%s cents waiting, the ledger has %%s for it', coalesce(r.id, w.receipt_id), coalesce(r.open_cents, 0), coalesce(w.cents, 0)) AS explanation
FROM payments_receipt r FULL JOIN waiting w ON w.receipt_id = r.id WHERE coalesce(r.open_cents, 0) <> coalesce(w.cents, 0)
UNION ALL
SELECT 'unidentified receipts', NULL, format('the ledger holds %%s cents unidentified, %%s wait in the queue', ledger.cents, queue.cents)
FROM (SELECT coalesce(sum(amount_cents * ((credit = 2020)::int - (debit = 2020)::int)), 0) AS cents FROM ledger_transfer WHERE credit = 2020 OR debit = 2020) ledger,
     (SELECT coalesce(sum(open_cents), 0) AS cents FROM payments_receipt WHERE state = 'waiting') queue
WHERE ledger.cents <> queue.cents
UNION ALL
SELECT 'receipt', r.account_number, format('receipt %%s says it was posted as payment %%s, which is not there or is another', r.id, r.payment_id)
FROM payments_receipt r LEFT JOIN payments_payment p ON p.account_number = r.account_number AND p.id = r.payment_id
WHERE r.state = 'posted' AND (p.id IS NULL OR p.amount_cents <> r.amount_cents OR p.key <> r.key)
UNION ALL
SELECT 'receipt', NULL, format('receipt %%s of %%s cents: %%s are open, %%s were worked', r.id, r.amount_cents, r.open_cents, coalesce(a.done, 0))
FROM payments_receipt r LEFT JOIN acted a ON a.receipt_id = r.id
WHERE r.state IN ('waiting', 'worked') AND r.amount_cents <> r.open_cents + coalesce(a.done, 0)
  AND NOT EXISTS (SELECT 1 FROM payments_receipt_loss x WHERE x.receipt_id = r.id AND x.state = 'returned')
UNION ALL
SELECT 'receipt account', s.account_number, format('receipt %%s was posted from the account ending %%s, which is none of ours', r.id, coalesce(right(r.account, 4), 'nowhere'))
FROM stands s JOIN payments_receipt r USING (id) WHERE r.bank IS NULL OR r.bank || '/' || r.account <> ALL (%(own)s::text[])
UNION ALL
SELECT 'receipt line', NULL, format('line %%s of %%s is %%s cents, the receipts on it come to %%s', l.position, l.day, l.amount_cents, sum(r.amount_cents))
FROM payments_receipt r JOIN payments_bank_line l ON (l.bank, l.account, l.day, l.position) = (r.bank, r.account, r.line_day, r.position)
WHERE r.state <> 'withdrawn' GROUP BY l.bank, l.account, l.day, l.position HAVING sum(r.amount_cents) <> l.amount_cents
UNION ALL
SELECT 'receipt withdrawn', s.account_number, format('the bank took the line of receipt %%s back, payment %%s of %%s cents stands: it is among the exceptions', r.id, s.payment_id, s.amount_cents)
FROM stands s JOIN payments_receipt r USING (id) JOIN payments_bank_line l ON (l.bank, l.account, l.day, l.position) = (r.bank, r.account, r.line_day, r.position)
WHERE l.withdrawn_in IS NOT NULL
UNION ALL
SELECT 'receipt twice', s.account_number, format('receipt %%s and receipt %%s posted %%s cents each, and the bank never showed the first', r.id, o.id, r.amount_cents)
FROM stands s JOIN payments_receipt r USING (id) CROSS JOIN run
JOIN payments_receipt o ON o.bank = r.bank AND o.amount_cents = r.amount_cents AND o.day BETWEEN r.day - payments_receipt_window() AND r.day + payments_receipt_window() AND o.source <> r.source
JOIN stands t ON t.id = o.id AND t.account_number = s.account_number
WHERE r.source IN ('notice', 'ach') AND r.position IS NULL AND s.status = 'accepted' AND o.position IS NOT NULL AND r.day + 10 < run.until
UNION ALL
SELECT 'receipt act', a.account_number, format('act %%s posted %%s cents as payment %%s, which is not there or is another', a.id, a.amount_cents, a.payment_id)
FROM payments_receipt_act a LEFT JOIN payments_payment p ON p.id = a.payment_id AND p.key = 'receipt-act:' || a.id
WHERE a.payment_id IS NOT NULL AND (p.id IS NULL OR p.amount_cents <> a.amount_cents)
UNION ALL
SELECT 'receipt return', NULL, format('return %%s is %%s, the ledger has %%s cents payable for it', a.id, a.state, coalesce(h.payable, 0))
FROM payments_receipt_act a LEFT JOIN held h ON h.act = a.id::text
WHERE a.kind = 'return' AND coalesce(h.payable, 0) <> CASE a.state WHEN 'made' THEN a.amount_cents ELSE 0 END
ORDER BY 2, 1, 3
