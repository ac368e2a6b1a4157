-- What gateways left for a person, with the dispute it is about; the caller adds which.
SELECT x.id, x.account_number, x.payment_id, p.gateway, x.kind, x.our_cents::bigint, x.their_cents::bigint, x.their_currency, x.opened_at, x.state,
       x.note, x.closed_by, x.closed_at, coalesce(d.reference, '') AS dispute, coalesce(d.state, '') AS dispute_state, coalesce(d.beyond_cents, 0)::bigint AS beyond_cents,
       payments_beyond_was_refunded(x.account_number, x.dispute_id) AS was_refunded
FROM payments_gateway_exception x
JOIN payments_payment p ON (p.account_number, p.id) = (x.account_number, x.payment_id)
LEFT JOIN payments_dispute d ON (d.account_number, d.id) = (x.account_number, x.dispute_id)
