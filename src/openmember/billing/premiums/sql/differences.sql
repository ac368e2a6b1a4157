-- Every difference between the months billed, their bills and the ledger.
WITH asked AS (
    SELECT account_number, bill_month, bill_id, sum(share_cents) AS cents
    FROM (
        SELECT account_number, bill_month, bill_id, share_cents FROM billing_premium WHERE bill_id IS NOT NULL
        UNION ALL
        SELECT account_number, bill_month, bill_id, share_cents FROM billing_premium_adjustment WHERE bill_id IS NOT NULL
    ) billed GROUP BY 1, 2, 3
), month AS (
    -- What one run did to one account.
    SELECT account_number, covers, sum(aptc_cents) AS aptc_cents, sum(share_cents) FILTER (WHERE bill_id IS NULL) AS unbilled_cents
    FROM (
        SELECT account_number, covers, bill_id, aptc_cents, share_cents FROM billing_premium
        UNION ALL
        SELECT account_number, billed_with, bill_id, aptc_cents, share_cents FROM billing_premium_adjustment
    ) did GROUP BY 1, 2
), posted AS (
    SELECT account_number, (split_part(reference, ':', 2) || '-01')::date AS covers,
           sum(CASE WHEN kind = 'premium_aptc' THEN amount_cents * CASE debit WHEN 2040 THEN 1 ELSE -1 END ELSE 0 END) AS aptc_cents,
           sum(CASE WHEN kind = 'premium_credit' THEN amount_cents ELSE 0 END) AS credit_cents
    FROM ledger_transfer WHERE kind IN ('premium_aptc', 'premium_credit') GROUP BY 1, 2
)
SELECT 'premium bill' AS check_name, asked.account_number,
       format('bill %s of %s asks for %s cents, the months it is for come to %s', asked.bill_id, asked.bill_month, coalesce(b.amount_cents, 0), asked.cents) AS explanation
FROM asked LEFT JOIN billing_bill b ON (b.account_number, b.month, b.id) = (asked.account_number, asked.bill_month, asked.bill_id)
WHERE b.amount_cents IS DISTINCT FROM asked.cents
UNION ALL
SELECT 'premium tax credit', coalesce(month.account_number, posted.account_number),
       format('%s: the months billed take %s cents of tax credit, the ledger %s', coalesce(month.covers, posted.covers), coalesce(month.aptc_cents, 0), coalesce(posted.aptc_cents, 0))
FROM month FULL JOIN posted ON (posted.account_number, posted.covers) = (month.account_number, month.covers)
WHERE coalesce(month.aptc_cents, 0) <> coalesce(posted.aptc_cents, 0)
UNION ALL
SELECT 'premium credit', coalesce(credit.account_number, posted.account_number),
       format('%s: %s cents are owed back, the months come to %s, the ledger gave back %s', coalesce(credit.covers, posted.covers),
              coalesce(credit.amount_cents, 0), coalesce(month.unbilled_cents, 0), coalesce(posted.credit_cents, 0))
FROM billing_premium_credit credit
FULL JOIN posted ON (posted.account_number, posted.covers) = (credit.account_number, credit.covers)
LEFT JOIN month ON (month.account_number, month.covers) = (coalesce(credit.account_number, posted.account_number), coalesce(credit.covers, posted.covers))
WHERE coalesce(credit.amount_cents, 0) <> coalesce(posted.credit_cents, 0)
   OR credit.amount_cents IS NOT NULL AND -credit.amount_cents <> coalesce(month.unbilled_cents, 0)
UNION ALL
SELECT 'bill of nobody', b.account_number, format('bill %s is of an account that is not there', b.id)
FROM billing_bill b LEFT JOIN accounts_account a ON a.number = b.account_number WHERE a.number IS NULL
UNION ALL
SELECT 'line of no bill', l.account_number, format('line %s is of bill %s, which is not there', l.position, l.bill_id)
FROM billing_line l LEFT JOIN billing_bill b ON (b.account_number, b.month, b.id) = (l.account_number, l.bill_month, l.bill_id)
WHERE b.id IS NULL
ORDER BY 2, 1, 3
