-- Credit whose payer named a bill that was written off by then, and how much of it that bill can use.
SELECT p.account_number, p.id AS payment_id, written_off.bill_id, least(p.unapplied_cents, -written_off.cents)::bigint AS cents
FROM payments_payment p
JOIN ledger_balance b ON b.account_number = p.account_number AND b.credit_cents > 0
CROSS JOIN LATERAL (
    SELECT bill_id, sum(amount_cents) AS cents FROM billing_adjustment
    WHERE account_number = p.account_number AND bill_id = ANY (p.bills) AND kind = 'write_off'
    GROUP BY bill_id HAVING sum(amount_cents) < 0 ORDER BY bill_id LIMIT 1
) written_off
WHERE p.unapplied_cents > 0 AND p.bills <> '{}' AND p.status IN ('accepted', 'settled')
ORDER BY p.account_number, p.id
