-- Receipts with what of each is proposed; the caller adds which. %(today)s  the day ages count to
SELECT r.id, r.source, r.day, r.amount_cents, r.open_cents, r.payer, r.text, r.reference, r.state, r.reason,
       greatest(%(today)s::date - r.day, 0) AS age_days,
       (SELECT coalesce(sum(a.amount_cents), 0)::bigint FROM payments_receipt_act a WHERE a.receipt_id = r.id AND a.state = 'proposed') AS proposed_cents,
       count(*) OVER () AS total, sum(r.open_cents) OVER ()::bigint AS total_cents
FROM payments_receipt r
