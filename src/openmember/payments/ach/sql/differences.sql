-- Every difference between ACH entries, files and returns on one side, and payments and the ledger on the other.
WITH sent AS (
    SELECT file_id, batch, count(*) AS entries, sum(amount_cents) AS cents FROM payments_ach_entry WHERE state = 'sent' GROUP BY 1, 2
), returned AS (
    SELECT r.*, e.payment_id, e.refund_id, e.amount_cents AS entry_cents FROM payments_ach_return r
    JOIN payments_ach_entry e ON (e.account_number, e.id) = (r.account_number, r.entry_id)
), taken AS (
    -- What the ledger gave back to banks for each payment.
    SELECT account_number, split_part(reference, ':', 2)::bigint AS payment_id, sum(amount_cents * ((credit IN (1010, 1030))::int - (debit IN (1010, 1030))::int)) AS cents
    FROM ledger_transfer WHERE reference LIKE 'payment:%' AND kind IN ('returned', 'charged_back') GROUP BY 1, 2
)
SELECT 'ach batch' AS check_name, NULL AS account_number,
       format('batch %s of file %s says %s entries of %s cents, it holds %s of %s', b.number, b.file_id, b.entries, b.cents, coalesce(s.entries, 0), coalesce(s.cents, 0)) AS explanation
FROM payments_ach_batch b JOIN payments_ach_file f ON f.id = b.file_id AND f.status <> 'rejected'
LEFT JOIN sent s ON (s.file_id, s.batch) = (b.file_id, b.number)
WHERE (b.entries, b.cents) IS DISTINCT FROM (s.entries, s.cents)
UNION ALL
SELECT 'ach file', NULL, format('file %s says %s debits and %s credits in cents, its batches otherwise', f.id, f.debit_cents, f.credit_cents)
FROM payments_ach_file f
CROSS JOIN LATERAL (
    SELECT sum(entries) AS entries, coalesce(sum(cents) FILTER (WHERE kind = 'debit'), 0) AS debits, coalesce(sum(cents) FILTER (WHERE kind = 'credit'), 0) AS credits
    FROM payments_ach_batch b WHERE b.file_id = f.id) held
WHERE (f.entries, f.debit_cents, f.credit_cents) IS DISTINCT FROM (held.entries, held.debits, held.credits)
UNION ALL
SELECT 'ach entry', e.account_number, format('entry %s draws %s cents for payment %s of %s cents, %s', e.id, e.amount_cents, p.id, p.amount_cents, p.gateway)
FROM payments_ach_entry e JOIN payments_payment p ON (p.account_number, p.id) = (e.account_number, e.payment_id)
WHERE e.kind = 'debit' AND (p.amount_cents <> e.amount_cents OR p.gateway <> 'ach')
UNION ALL
SELECT 'ach entry', e.account_number, format('entry %s is %s, its payment %s is %s', e.id, e.state, p.id, p.status)
FROM payments_ach_entry e JOIN payments_payment p ON (p.account_number, p.id) = (e.account_number, e.payment_id)
WHERE e.kind = 'debit' AND CASE e.state
    WHEN 'queued' THEN p.status NOT IN ('authorising', 'unknown')
    WHEN 'canceled' THEN p.status <> 'declined'
    ELSE p.status IN ('declined', 'voided') END
UNION ALL
SELECT 'ach waiting', coalesce(e.account_number, w.account_number), format('entry %s is %s and %s', coalesce(e.id, w.entry_id), coalesce(e.state, 'not there'), CASE WHEN w.entry_id IS NULL THEN 'does not wait' ELSE 'waits' END)
FROM payments_ach_waiting w FULL JOIN payments_ach_entry e ON (e.account_number, e.id) = (w.account_number, w.entry_id)
WHERE (e.state IS NOT DISTINCT FROM 'queued') <> (w.entry_id IS NOT NULL)
UNION ALL
SELECT 'ach debit', p.account_number, format('payment %s waits for a bank and no entry asks one', p.id)
FROM payments_payment p
WHERE p.gateway = 'ach' AND NOT EXISTS (
    SELECT 1 FROM payments_ach_entry e WHERE (e.account_number, e.payment_id) = (p.account_number, p.id) AND e.kind = 'debit')
UNION ALL
SELECT 'ach return', r.account_number,
       format('entry %s of %s cents came back; the ledger gave back %s and %s cents are asked for again', r.entry_id, r.entry_cents, coalesce(t.cents, 0), r.claim_cents)
FROM returned r LEFT JOIN taken t ON (t.account_number, t.payment_id) = (r.account_number, r.payment_id)
WHERE r.kind = 'debit' AND r.entry_cents <> coalesce(t.cents, 0) + r.claim_cents
UNION ALL
SELECT 'ach return', r.account_number, format('entry %s came back, its payment %s is %s', r.entry_id, p.id, p.status)
FROM returned r JOIN payments_payment p ON (p.account_number, p.id) = (r.account_number, r.payment_id)
WHERE r.kind = 'debit' AND r.outcome = 'applied' AND p.status NOT IN ('returned', 'charged_back')
UNION ALL
SELECT 'ach claim', r.claim_account, format('bill %s should ask for %s cents that were refunded before entry %s came back', r.claim_bill, r.claim_cents, r.entry_id)
FROM returned r WHERE r.claim_cents > 0 AND NOT EXISTS (
    SELECT 1 FROM billing_bill b WHERE b.account_number = r.claim_account AND b.id = r.claim_bill AND b.amount_cents = r.claim_cents)
UNION ALL
SELECT 'ach refund', r.account_number, format('refund %s came back and is not credit again', r.refund_id)
FROM returned r JOIN payments_refund f ON (f.account_number, f.id) = (r.account_number, r.refund_id)
WHERE r.kind = 'credit' AND f.status <> 'failed'
ORDER BY 2, 1, 3
