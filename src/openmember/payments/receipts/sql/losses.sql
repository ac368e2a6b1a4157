-- Money the bank took back, with its receipt; the caller adds which. %(today)s  the day ages count to
SELECT x.id AS loss_id, right(r.account, 4) AS account, x.state AS loss_state, coalesce(x.kind, '') AS kind, x.kept_on, x.reason AS loss_reason, x.opened_at,
       x.made_by, x.decided_by, x.decided_at,
       r.id, r.source, r.day, r.amount_cents, r.open_cents, r.payer, r.text, r.reference, r.state, r.reason,
       greatest(%(today)s::date - r.day, 0) AS age_days, 0::bigint AS proposed_cents
FROM payments_receipt_loss x JOIN payments_receipt r ON r.id = x.receipt_id
