-- Make each draw what its payment became, and return those that changed. A debit that came back and is presented
-- again is what its latest presentment became: under way while the bank has not said, paid though the first was not.
-- %(since)s  draws older than this are no longer watched
-- Repeatable: a draw that says so already is left alone.
UPDATE payments_draw d SET status = outcome.status
FROM payments_mandate m, payments_payment p
LEFT JOIN LATERAL (
    SELECT latest.status FROM payments_ach_entry first
    JOIN payments_ach_entry retry ON retry.account_number = first.account_number AND retry.root_id = first.id
    JOIN payments_payment latest ON (latest.account_number, latest.id) = (retry.account_number, retry.payment_id)
    WHERE first.account_number = p.account_number AND first.payment_id = p.id AND first.kind = 'debit'
    ORDER BY retry.attempt DESC LIMIT 1
) again ON true
CROSS JOIN LATERAL (SELECT CASE WHEN coalesce(again.status, p.status) IN ('accepted', 'settled', 'refunded') THEN 'paid'
                                WHEN coalesce(again.status, p.status) IN ('declined', 'returned', 'charged_back', 'voided') THEN 'failed'
                                WHEN again.status IS NOT NULL THEN 'requested' END AS status) outcome
WHERE m.id = d.mandate_id AND p.account_number = d.account_number AND p.id = d.payment_id
  AND (d.status IN ('requested', 'paid') OR d.status = 'failed' AND again.status IS NOT NULL)
  AND d.draw_on >= %(since)s AND outcome.status IS NOT NULL AND outcome.status <> d.status
RETURNING d.id, d.account_number, d.mandate_id, d.amount_cents, d.draw_on, d.status, m.member_id, m.tender
