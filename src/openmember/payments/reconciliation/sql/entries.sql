-- Entries with their age; the caller adds which. %(today)s  the day ages count to
SELECT e.id, e.side, e.day, e.code, e.amount_cents, e.kind, e.reference, e.text, e.channel, e.match_id, e.withdrawn,
       greatest(%(today)s::date - e.day, 0) AS age_days,
       EXISTS (SELECT 1 FROM payments_recon_note n WHERE n.entry_id = e.id) AS is_reviewed,
       EXISTS (SELECT 1 FROM payments_recon_match m WHERE m.id = e.match_id AND m.state = 'waiting') AS is_waiting
FROM payments_recon_entry e
