-- Every difference between bills, their lines and adjustments, and the receivables of the ledger.
SELECT 'bill lines' AS check_name, b.account_number,
       format('bill %s is for %s cents, its lines add up to %s', b.id, b.amount_cents, coalesce(l.cents, 0)) AS explanation
FROM billing_bill b
LEFT JOIN (SELECT account_number, bill_month, bill_id, sum(amount_cents) AS cents FROM billing_line GROUP BY 1, 2, 3) l
    ON (l.account_number, l.bill_month, l.bill_id) = (b.account_number, b.month, b.id)
WHERE coalesce(l.cents, 0) <> b.amount_cents
UNION ALL
SELECT 'bill adjustments', b.account_number,
       format('bill %s was adjusted by %s cents, its adjustments add up to %s', b.id, b.adjusted_cents, coalesce(a.cents, 0))
FROM billing_bill b
LEFT JOIN (SELECT account_number, bill_month, bill_id, sum(amount_cents) AS cents FROM billing_adjustment GROUP BY 1, 2, 3) a
    ON (a.account_number, a.bill_month, a.bill_id) = (b.account_number, b.month, b.id)
WHERE coalesce(a.cents, 0) <> b.adjusted_cents
UNION ALL
SELECT 'receivable', account_number,
       format('%s receivable is %s cents, open bills add up to %s', line, kept, counted)
FROM (
    SELECT balance.account_number, part.line, part.kept, coalesce(part.counted, 0) AS counted
    FROM ledger_balance balance
    LEFT JOIN (
        SELECT account_number,
               sum(open_cents) FILTER (WHERE line = 'premium') AS premium,
               sum(open_cents) FILTER (WHERE line = 'medical') AS medical,
               sum(open_cents) FILTER (WHERE line = 'pharmacy') AS pharmacy
        FROM billing_bill WHERE open_cents > 0 GROUP BY account_number
    ) bills USING (account_number)
    CROSS JOIN LATERAL (VALUES
        ('premium', balance.premium_cents, bills.premium),
        ('medical', balance.medical_cents, bills.medical),
        ('pharmacy', balance.pharmacy_cents, bills.pharmacy)
    ) AS part (line, kept, counted)
) compared WHERE kept <> counted
UNION ALL
SELECT 'moved bill', b.account_number, format('bill %s moved here, and it is not kept from where', b.id)
FROM billing_bill b LEFT JOIN billing_moved_bill m ON (m.account_number, m.bill_month, m.bill_id) = (b.account_number, b.month, b.id)
WHERE b.key LIKE 'moved:%' AND m.bill_id IS NULL
UNION ALL
SELECT 'bill missing', t.account_number, format('the ledger tells of bill %s, which is not there', t.bill_id)
FROM (SELECT DISTINCT account_number, split_part(reference, ':', 2)::bigint AS bill_id
      FROM ledger_transfer WHERE reference LIKE 'bill:%') t
LEFT JOIN billing_bill b ON (b.account_number, b.id) = (t.account_number, t.bill_id)
WHERE b.id IS NULL
UNION ALL
SELECT 'open months', b.account_number, format('bill %s of %s is open, but the account is marked to have no open bill in that month', b.id, b.month)
FROM billing_bill b JOIN ledger_balance USING (account_number)
WHERE b.open_cents > 0 AND b.month NOT BETWEEN unsettled_since AND billed_until
ORDER BY 2, 1, 3
