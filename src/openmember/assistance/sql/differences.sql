-- Every difference between what was decided, what was taken off the bills for it, and the ledger.
WITH adjusted AS (
    SELECT account_number, bill_month, bill_id, position, -amount_cents AS cents
    FROM billing_adjustment WHERE kind = 'assistance'
), posted AS (
    SELECT p.*, d.medical_bps, d.pharmacy_bps, d.outcome, d.account_number AS awarded_to
    FROM assistance_posting p LEFT JOIN assistance_decision d ON d.id = p.decision_id
)
SELECT 'assistance' AS check_name, coalesce(a.account_number, p.account_number) AS account_number,
       format('bill %s: %s cents were taken off as assistance, decisions account for %s',
              coalesce(a.bill_id, p.bill_id), coalesce(a.cents, 0), coalesce(p.amount_cents, 0)) AS explanation
FROM adjusted a FULL JOIN posted p USING (account_number, bill_month, bill_id, position)
WHERE coalesce(a.cents, 0) <> coalesce(p.amount_cents, 0)
UNION ALL
SELECT 'assistance award', p.account_number, format('bill %s got assistance of decision %s, which is no award of this account', p.bill_id, p.decision_id)
FROM posted p LEFT JOIN accounts_account was ON was.number = p.awarded_to
WHERE p.outcome IS NULL OR p.outcome = 'denied' OR (p.awarded_to <> p.account_number AND was.merged_into IS DISTINCT FROM p.account_number)
UNION ALL
SELECT 'assistance share', b.account_number, format('bill %s got %s cents of assistance, its best award comes to %s', b.id, s.cents, s.share)
FROM (
    SELECT p.account_number, p.bill_month, p.bill_id, sum(p.amount_cents) AS cents,
           (x.base * max(CASE x.line WHEN 'medical' THEN p.medical_bps ELSE p.pharmacy_bps END) + 9999) / 10000 AS share
    FROM posted p
    JOIN LATERAL (
        -- What was billed, and what corrections made of it since: the most it ever was.
        SELECT b.line, b.amount_cents + coalesce(sum(a.amount_cents) FILTER (WHERE a.amount_cents > 0), 0) AS base
        FROM billing_bill b LEFT JOIN billing_adjustment a
            ON (a.account_number, a.bill_month, a.bill_id) = (b.account_number, b.month, b.id)
        WHERE (b.account_number, b.month, b.id) = (p.account_number, p.bill_month, p.bill_id)
        GROUP BY b.line, b.amount_cents
    ) x ON true
    GROUP BY 1, 2, 3, x.base
) s
JOIN billing_bill b ON (b.account_number, b.month, b.id) = (s.account_number, s.bill_month, s.bill_id)
WHERE s.cents > s.share
ORDER BY 2, 1, 3
