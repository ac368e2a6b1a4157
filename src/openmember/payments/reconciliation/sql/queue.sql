-- One page of what is in no match or waits for a second person, the oldest first, with the sums over all of it.
-- %(today)s  the day ages count to     %(side)s  one side or null      %(late)s  older than this, or null
-- %(limit)s, %(offset)s  the page
WITH open AS (
    SELECT e.* FROM payments_recon_entry e WHERE e.match_id IS NULL AND NOT e.withdrawn
    UNION ALL
    SELECT e.* FROM payments_recon_match m JOIN payments_recon_entry e ON e.match_id = m.id WHERE m.state = 'waiting'
), chosen AS (
    SELECT * FROM open
    WHERE (%(side)s::text IS NULL OR side = %(side)s)
      AND (%(late)s::integer IS NULL OR day < %(today)s::date - %(late)s::integer OR match_id IS NOT NULL)
      AND day <= %(today)s
), page AS (
    SELECT * FROM chosen ORDER BY day, id LIMIT %(limit)s OFFSET %(offset)s
)
SELECT page.id, page.side, page.day, page.code, page.amount_cents, page.kind, page.reference, page.text, page.channel,
       page.match_id, page.withdrawn, %(today)s::date - page.day AS age_days, page.match_id IS NOT NULL AS is_waiting,
       EXISTS (SELECT 1 FROM payments_recon_note n WHERE n.entry_id = page.id) AS is_reviewed, sums.*
FROM (SELECT count(*) AS total, coalesce(sum(amount_cents), 0)::bigint AS total_cents FROM chosen) sums
LEFT JOIN page ON true ORDER BY page.day, page.id
