-- Entries up to a day that are late, in no match, and that nobody wrote about.
-- %(until)s  the last day asked about     %(late)s  days after which the other side should have come
SELECT count(*) AS count, coalesce(sum(abs(amount_cents)), 0)::bigint AS cents FROM payments_recon_entry e
WHERE day <= %(until)s::date - %(late)s::integer AND NOT withdrawn
  AND (match_id IS NULL OR EXISTS (SELECT 1 FROM payments_recon_match m WHERE m.id = e.match_id AND m.state = 'waiting'))
  AND NOT EXISTS (SELECT 1 FROM payments_recon_note n WHERE n.entry_id = e.id)
