-- Statements that do not begin where the one before ended, whose lines do not add up, or whose end is not what
-- the ledger had counted by then.
WITH chained AS (
    SELECT account_number, month, opening_cents, closing_cents, premium_cents, medical_cents, pharmacy_cents, credit_cents, counted_until,
           charges_cents, receipts_cents, adjustments_cents, data,
           lag(closing_cents) OVER w AS before_cents, row_number() OVER (PARTITION BY account_number ORDER BY month DESC) = 1 AS is_last
    FROM billing_statement WINDOW w AS (PARTITION BY account_number ORDER BY month)
), counted AS (
    SELECT s.account_number, s.month,
           coalesce(sum(amount_cents * ((debit = 1210)::int - (credit = 1210)::int)), 0) AS premium_cents,
           coalesce(sum(amount_cents * ((debit = 1220)::int - (credit = 1220)::int)), 0) AS medical_cents,
           coalesce(sum(amount_cents * ((debit = 1230)::int - (credit = 1230)::int)), 0) AS pharmacy_cents,
           coalesce(sum(amount_cents * ((credit = 2010)::int - (debit = 2010)::int)), 0) AS credit_cents
    FROM chained s
    LEFT JOIN ledger_transfer t ON t.account_number = s.account_number AND t.effective_on < s.month + interval '1 month' AND t.recorded_at <= s.counted_until
    WHERE s.is_last GROUP BY 1, 2
), summed AS (
    SELECT account_number, month, charges_cents, receipts_cents, adjustments_cents,
           (SELECT coalesce(sum((l ->> 'cents')::bigint), 0) FROM jsonb_array_elements(data -> 'charges') l) AS charges,
           (SELECT coalesce(sum((l ->> 'cents')::bigint), 0) FROM jsonb_array_elements(data -> 'payments') l) AS payments,
           (SELECT coalesce(sum((l ->> 'cents')::bigint), 0) FROM jsonb_array_elements(data -> 'adjustments') l) AS adjustments
    FROM chained
)
SELECT 'statement opening' AS check_name, account_number,
       format('the statement of %s begins with %s cents, the one before ended with %s', month, opening_cents, before_cents) AS explanation
FROM chained WHERE before_cents <> opening_cents
UNION ALL
SELECT 'statement closing', s.account_number,
       format('the statement of %s ends with %s, %s, %s and %s cents of premium, medical, pharmacy and credit; the ledger says %s, %s, %s and %s', s.month,
              s.premium_cents, s.medical_cents, s.pharmacy_cents, s.credit_cents, c.premium_cents, c.medical_cents, c.pharmacy_cents, c.credit_cents)
FROM chained s JOIN counted c USING (account_number, month)
WHERE (s.premium_cents, s.medical_cents, s.pharmacy_cents, s.credit_cents) IS DISTINCT FROM (c.premium_cents, c.medical_cents, c.pharmacy_cents, c.credit_cents)
UNION ALL
SELECT 'statement lines', account_number, format('the lines of the statement of %s do not add up to its sums', month)
FROM summed WHERE (charges_cents, receipts_cents, adjustments_cents) IS DISTINCT FROM (charges, payments, adjustments)
ORDER BY 2, 1, 3
