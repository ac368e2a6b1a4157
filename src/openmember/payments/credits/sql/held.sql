-- Credit of each payment of an account that is not asked for yet, the oldest first.
-- %(numbers)s  all numbers of the account
SELECT p.account_number, p.id, p.unapplied_cents - coalesce(asked.cents, 0) AS cents, p.method, p.gateway, p.status = 'settled' AS is_settled,
       p.effective_on,
       EXISTS (SELECT 1 FROM payments_refund r WHERE r.account_number = p.account_number AND r.payment_id = p.id
               AND r.status = 'failed' AND r.moved_to IS NULL) AS has_failed_refund
FROM payments_payment p
LEFT JOIN LATERAL (
    SELECT sum(part.amount_cents)::bigint AS cents
    FROM payments_credit_part part JOIN payments_credit_refund head ON (head.account_number, head.id) = (part.account_number, part.credit_refund_id)
    WHERE part.account_number = p.account_number AND part.payment_id = p.id AND head.status = 'proposed'
) asked ON true
WHERE p.account_number = ANY (%(numbers)s) AND p.status IN ('accepted', 'settled') AND p.unapplied_cents > coalesce(asked.cents, 0)
ORDER BY p.effective_on, p.id
