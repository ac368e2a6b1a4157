-- The members' payments of one remittance: a line each; where some line of an account takes back, all its
-- lines together. %(id)s the remittance
WITH premium AS (
    SELECT account_number, position, amount_cents, bill_id, bool_or(amount_cents < 0) OVER (PARTITION BY account_number) AS takes_back
    FROM payments_remittance_line WHERE remittance_id = %(id)s AND kind = 'premium' AND amount_cents <> 0
)
SELECT account_number, min(position) AS position, sum(amount_cents)::bigint AS amount_cents,
       CASE WHEN count(*) = 1 THEN min(bill_id) END AS bill_id
FROM premium GROUP BY account_number, CASE WHEN takes_back THEN 0 ELSE position END
HAVING sum(amount_cents) <> 0 ORDER BY 2
