-- Make each draw what its payment became, and return those that changed.
-- %(since)s  draws older than this are no longer watched
-- Repeatable: a draw that says so already is left alone.
UPDATE payments_draw d SET status = outcome.status
FROM payments_mandate m, payments_payment p
CROSS JOIN LATERAL (SELECT CASE WHEN p.status IN ('accepted', 'settled', 'refunded') THEN 'paid'
                                WHEN p.status IN ('declined', 'returned', 'charged_back', 'voided') THEN 'failed' END AS status) outcome
WHERE m.id = d.mandate_id AND p.account_number = d.account_number AND p.id = d.payment_id
  AND d.status IN ('requested', 'paid') AND d.draw_on >= %(since)s AND outcome.status IS NOT NULL AND outcome.status <> d.status
RETURNING d.id, d.account_number, d.mandate_id, d.amount_cents, d.draw_on, d.status, m.member_id, m.tender
