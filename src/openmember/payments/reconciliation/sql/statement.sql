-- How the movements the bank states become what the books hold under Bank (1010). %(until)s  the last day
-- bank = books + the sum of the named lines.
WITH entry AS (
    SELECT e.*, m.id IS NOT NULL AS made,
           m.id IS NOT NULL AND EXISTS (SELECT 1 FROM payments_recon_entry k WHERE k.match_id = m.id AND k.side = 'bank') AS has_bank
    FROM payments_recon_entry e LEFT JOIN payments_recon_match m ON m.id = e.match_id AND m.state = 'made'
    WHERE NOT e.withdrawn AND e.day <= %(until)s::date + 30
), basket AS (
    SELECT basket FROM entry WHERE side = 'payout' AND has_bank
), line AS (
    SELECT entry.*, basket IN (SELECT basket FROM basket) AS is_here FROM entry WHERE side = 'gateway'
), book AS (
    SELECT b.*, b.made AND NOT EXISTS (SELECT 1 FROM line WHERE line.match_id = b.match_id AND NOT line.is_here) AS confirmed
    FROM entry b WHERE b.side = 'books'
), ledger AS (
    SELECT coalesce(sum(amount_cents * ((debit = 1010)::int - (credit = 1010)::int)), 0)::bigint AS total,
           coalesce(sum(amount_cents * ((debit = 1010)::int - (credit = 1010)::int)) FILTER (WHERE kind = 'settlement'), 0)::bigint AS settled,
           coalesce(sum(amount_cents * ((debit = 1010)::int - (credit = 1010)::int)) FILTER (WHERE kind = 'recon'), 0)::bigint AS posted
    FROM ledger_transfer WHERE debit = 1010 OR credit = 1010
), posted AS (
    -- Posted for what the bank does not have yet.
    SELECT coalesce(sum(m.posted_cents), 0)::bigint AS ahead FROM payments_recon_match m
    WHERE m.state = 'made' AND m.posted_cents <> 0 AND EXISTS (SELECT 1 FROM line WHERE line.match_id = m.id AND NOT line.is_here)
)
SELECT (SELECT coalesce(sum(amount_cents), 0)::bigint FROM entry WHERE side = 'bank') AS bank_cents,
       ledger.total AS books_cents,
       (SELECT coalesce(sum(amount_cents), 0)::bigint FROM entry WHERE side = 'bank' AND NOT made) AS open_bank,
       -(SELECT coalesce(sum(amount_cents), 0)::bigint FROM book WHERE code = 1010 AND NOT confirmed) AS open_books,
       (SELECT coalesce(sum(amount_cents), 0)::bigint FROM book WHERE code <> 1010 AND confirmed) - ledger.settled AS settled_ahead,
       -posted.ahead AS posted_ahead,
       (SELECT coalesce(sum(amount_cents), 0)::bigint FROM line WHERE is_here AND NOT made) AS gateway_only,
       -(ledger.total - ledger.settled - ledger.posted - (SELECT coalesce(sum(amount_cents), 0)::bigint FROM book WHERE code = 1010)) AS not_loaded
FROM ledger CROSS JOIN posted
