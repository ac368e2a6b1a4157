-- What was receivable at the end of a month by line and by days past due, over all bills in one pass.
-- %(month)s, %(last)s  the month. What happened after its last day is taken back: bills issued later, or moved here
-- later, are left out; adjustments and allocations dated later do not count. An allocation is dated by the transfer
-- written with it.
WITH later AS (
    -- Payments that changed a receivable after the month, few when the month has just ended.
    SELECT DISTINCT account_number, split_part(reference, ':', 2)::bigint AS payment_id FROM ledger_transfer
    WHERE effective_on > %(last)s AND reference LIKE 'payment:%%' AND (debit BETWEEN 1210 AND 1230 OR credit BETWEEN 1210 AND 1230)
), allocated AS (
    SELECT a.account_number, a.bill_id, sum(a.amount_cents) AS cents
    FROM later JOIN payments_payment p ON p.account_number = later.account_number AND p.id = later.payment_id
    JOIN payments_allocation a ON a.account_number = later.account_number AND a.payment_id = later.payment_id
    WHERE p.effective_on > %(last)s OR %(last)s < (
        SELECT t.effective_on FROM ledger_transfer t
        WHERE t.account_number = a.account_number AND t.reference = 'payment:' || a.payment_id AND t.recorded_at >= a.at
          AND (t.debit BETWEEN 1210 AND 1230 OR t.credit BETWEEN 1210 AND 1230) ORDER BY t.recorded_at LIMIT 1)
    GROUP BY 1, 2
), adjusted AS (
    SELECT a.account_number, a.bill_id, sum(a.amount_cents) AS cents
    FROM ledger_transfer t JOIN billing_adjustment a ON a.account_number = t.account_number AND a.transfer_id = t.id
    WHERE t.effective_on > %(last)s GROUP BY 1, 2
), arrived AS (
    SELECT m.account_number, m.bill_id FROM billing_moved_bill m
    JOIN ledger_transfer t ON t.account_number = m.account_number AND t.kind = 'bill' AND t.reference = 'bill:' || m.bill_id
    WHERE m.moved_on > %(last)s AND t.effective_on > %(last)s
), open AS (
    SELECT b.line, %(last)s::date - b.due_on AS days, b.open_cents + coalesce(allocated.cents, 0) - coalesce(adjusted.cents, 0) AS cents
    FROM billing_bill b
    LEFT JOIN allocated ON allocated.account_number = b.account_number AND allocated.bill_id = b.id
    LEFT JOIN adjusted ON adjusted.account_number = b.account_number AND adjusted.bill_id = b.id
    WHERE b.month <= %(month)s AND (b.open_cents > 0 OR allocated.cents IS NOT NULL OR adjusted.cents IS NOT NULL)
      AND NOT EXISTS (SELECT 1 FROM arrived WHERE arrived.account_number = b.account_number AND arrived.bill_id = b.id)
)
SELECT line, count(*) FILTER (WHERE cents <> 0) AS bills,
       coalesce(sum(cents) FILTER (WHERE days <= 0), 0)::bigint AS cents_not_due,
       coalesce(sum(cents) FILTER (WHERE days BETWEEN 1 AND 30), 0)::bigint AS cents_1_30,
       coalesce(sum(cents) FILTER (WHERE days BETWEEN 31 AND 60), 0)::bigint AS cents_31_60,
       coalesce(sum(cents) FILTER (WHERE days BETWEEN 61 AND 90), 0)::bigint AS cents_61_90,
       coalesce(sum(cents) FILTER (WHERE days > 90), 0)::bigint AS cents_91
FROM open GROUP BY line
