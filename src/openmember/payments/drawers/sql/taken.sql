-- Payments taken at drawers, the newest first, with what became of each.
-- %(drawer)s  the drawer      %(actor)s  its cashier, or null for anybody's
-- %(number)s, %(visit)s  one visit of an account, or null for all      %(limit)s  how many
SELECT t.*, p.status, p.tender, r.number AS paper_number, v.state AS void_state
FROM payments_drawer_payment t
JOIN payments_drawer d ON d.id = t.drawer_id
JOIN payments_payment p ON (p.account_number, p.id) = (t.account_number, t.payment_id)
LEFT JOIN payments_paper_receipt r ON (r.account_number, r.payment_id) = (t.account_number, t.payment_id)
LEFT JOIN LATERAL (
    SELECT state FROM payments_drawer_void v WHERE (v.account_number, v.payment_id) = (t.account_number, t.payment_id) ORDER BY v.id DESC LIMIT 1) v ON true
WHERE t.drawer_id = %(drawer)s
  AND (%(actor)s::text IS NULL OR d.cashier = %(actor)s)
  AND (%(number)s::text IS NULL OR (t.account_number = %(number)s AND t.visit = %(visit)s))
ORDER BY t.taken_at DESC, t.payment_id DESC LIMIT %(limit)s
