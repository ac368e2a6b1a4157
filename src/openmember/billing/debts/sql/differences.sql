-- Every difference between write-offs decided and write-offs posted, and bad debts that cannot be.
SELECT 'write-off' AS check_name, coalesce(asked.account_number, posted.account_number) AS account_number,
       format('bill %s: %s cents of write-offs approved, %s taken off it', coalesce(asked.bill_id, posted.bill_id),
              coalesce(asked.cents, 0), coalesce(posted.cents, 0)) AS explanation
FROM (SELECT account_number, bill_id, sum(amount_cents) AS cents FROM billing_write_off WHERE status = 'approved' GROUP BY 1, 2) asked
FULL JOIN (SELECT account_number, bill_id, -sum(amount_cents) AS cents FROM billing_adjustment WHERE kind = 'write_off' AND amount_cents < 0 GROUP BY 1, 2) posted
    USING (account_number, bill_id)
WHERE coalesce(asked.cents, 0) <> coalesce(posted.cents, 0)
UNION ALL
SELECT 'recovery', account_number, format('bill %s: %s cents more came back than were written off', bill_id, sum(amount_cents))
FROM billing_adjustment WHERE kind = 'write_off' GROUP BY account_number, bill_id HAVING sum(amount_cents) > 0
ORDER BY 2, 1, 3
