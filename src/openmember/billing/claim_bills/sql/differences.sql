-- Every episode of care whose bills do not bear out what claims and visits ask for.
WITH number AS (
    SELECT number, coalesce(merged_into, number) AS account_number FROM accounts_account
), asked AS (
    SELECT n.account_number, e.episode, sum(e.amount_cents) AS cents
    FROM billing_claim_entry e JOIN number n ON n.number = e.account_number GROUP BY 1, 2
), claimed AS (
    SELECT n.account_number, c.episode, sum(c.patient_cents) AS cents
    FROM claims_claim c JOIN number n ON n.number = c.account_number WHERE c.state = 'taken' GROUP BY 1, 2
), visited AS (
    SELECT n.account_number, v.episode, sum(l.amount_cents) AS cents
    FROM claims_visit v JOIN number n ON n.number = v.account_number JOIN claims_visitline l ON l.visit_id = v.id GROUP BY 1, 2
), wanted AS (
    SELECT account_number, episode, coalesce(c.cents, v.cents) AS cents FROM claimed c FULL JOIN visited v USING (account_number, episode)
), entered AS (
    SELECT account_number, bill_month, bill_id, sum(amount_cents) FILTER (WHERE amount_cents > 0) AS cents
    FROM billing_claim_entry GROUP BY 1, 2, 3
)
SELECT 'episode' AS check_name, account_number,
       format('%s asks for %s cents, its bills for %s', episode, coalesce(w.cents, 0), coalesce(a.cents, 0)) AS explanation
FROM wanted w FULL JOIN asked a USING (account_number, episode) WHERE coalesce(w.cents, 0) <> coalesce(a.cents, 0)
UNION ALL
SELECT 'episode bill', e.account_number, format('bill %s is of %s cents, it was noted with %s', e.bill_id, b.amount_cents, e.cents)
FROM entered e LEFT JOIN billing_bill b ON (b.account_number, b.month, b.id) = (e.account_number, e.bill_month, e.bill_id)
WHERE e.cents IS NOT NULL AND e.cents IS DISTINCT FROM b.amount_cents
ORDER BY 2, 1, 3
