-- Refunds of credit with their parts, the newest first.
-- %(numbers)s  all numbers of one account, or null     %(id)s  one refund, or null
-- %(status)s   one status, or null                      %(limit)s
SELECT head.*, parts.parts
FROM payments_credit_refund head
CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(part.payment_id, part.amount_cents, part.way, part.refund_id, coalesce(refund.status, ''),
                                       drawn.number, coalesce(drawn.status, '')) ORDER BY part.payment_id) AS parts
    FROM payments_credit_part part
    LEFT JOIN payments_refund refund ON (refund.account_number, refund.id) = (part.account_number, part.refund_id)
    LEFT JOIN payments_check drawn ON (drawn.account_number, drawn.refund_id) = (part.account_number, part.refund_id)
    WHERE part.account_number = head.account_number AND part.credit_refund_id = head.id
) parts
WHERE (%(numbers)s::text[] IS NULL OR head.account_number = ANY (%(numbers)s))
  AND (%(id)s::bigint IS NULL OR head.id = %(id)s)
  AND (%(status)s::text IS NULL OR head.status = %(status)s)
ORDER BY head.proposed_on DESC, head.id DESC LIMIT %(limit)s
