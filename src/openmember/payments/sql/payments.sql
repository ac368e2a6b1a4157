-- Payments of an account with what they settle now, newest first, in one statement.
-- %(numbers)s  all numbers of the account     %(id)s  one payment, or null for all
-- %(since)s, %(until)s  effective dates or null    %(status)s  one status or null
-- %(limit)s, %(offset)s  the page    %(before_at)s, %(before_id)s  only those older than one, or null
WITH chosen AS (
    SELECT * FROM payments_payment
    WHERE account_number = ANY (%(numbers)s)
      AND (%(id)s::bigint IS NULL OR id = %(id)s)
      AND (%(since)s::date IS NULL OR effective_on >= %(since)s)
      AND (%(until)s::date IS NULL OR effective_on <= %(until)s)
      AND (%(status)s::text IS NULL OR status = %(status)s)
      AND (%(text)s::text IS NULL OR position(lower(%(text)s) IN lower(tender || ' ' || method || ' ' || (amount_cents / 100.0)::numeric(14, 2))) > 0)
), page AS (
    SELECT * FROM chosen
    WHERE %(before_at)s::timestamptz IS NULL OR (created_at, id) < (%(before_at)s, %(before_id)s::bigint)
    ORDER BY created_at DESC, id DESC LIMIT %(limit)s OFFSET %(offset)s
)
SELECT page.*, disputed.cents AS disputed_cents, (SELECT count(*) FROM chosen) AS total, now() AS as_of, payments_settles(page.account_number, page.id) AS allocations, declined.reason AS decline_reason
FROM page
CROSS JOIN LATERAL (
    -- What a dispute took stands among what went back; see payments_dispute.
    SELECT coalesce(sum(r.amount_cents), 0)::bigint AS cents FROM payments_refund r
    WHERE page.refunded_cents > 0 AND r.account_number = page.account_number AND r.payment_id = page.id AND r.dispute_id IS NOT NULL AND r.status = 'sent'
) disputed
LEFT JOIN LATERAL (
    SELECT reason FROM payments_move m
    WHERE page.status = 'declined' AND m.account_number = page.account_number AND m.payment_id = page.id AND m.to_status = 'declined'
    ORDER BY position DESC LIMIT 1
) declined ON true
ORDER BY page.created_at DESC, page.id DESC
