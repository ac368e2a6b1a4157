-- Credit of each payment of an account that is not asked for yet, the oldest first.
-- %(numbers)s  all numbers of the account     %(payment)s  one payment, whether it holds credit or not, or null
SELECT p.account_number, p.id, p.unapplied_cents - coalesce(asked.cents, 0) AS cents, p.method, p.gateway, p.status = 'settled' AS is_settled,
       p.effective_on,
       EXISTS (SELECT 1 FROM payments_refund r WHERE r.account_number = p.account_number AND r.payment_id = p.id
               AND r.status = 'failed' AND r.moved_to IS NULL)
       -- Nothing is sent to a bank account that its bank told us not to use.
       OR EXISTS (SELECT 1 FROM payments_ach_entry e JOIN payments_ach_bank bank ON (bank.account_number, bank.id) = (e.account_number, e.bank_id)
                  WHERE e.account_number = p.account_number AND e.payment_id = p.id AND e.kind = 'debit' AND bank.status = 'stopped') AS has_failed_refund
FROM payments_payment p
LEFT JOIN LATERAL (
    SELECT sum(part.amount_cents)::bigint AS cents
    FROM payments_credit_part part JOIN payments_credit_refund head ON (head.account_number, head.id) = (part.account_number, part.credit_refund_id)
    WHERE part.account_number = p.account_number AND part.payment_id = p.id AND head.status = 'proposed'
) asked ON true
WHERE p.account_number = ANY (%(numbers)s) AND p.status IN ('accepted', 'settled')
  AND CASE WHEN %(payment)s::bigint IS NULL THEN p.unapplied_cents > coalesce(asked.cents, 0) ELSE p.id = %(payment)s END
ORDER BY p.effective_on, p.id
