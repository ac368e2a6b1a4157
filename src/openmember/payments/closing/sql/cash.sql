-- What came in and went out by day, method and channel: every movement of money there is in the books, so that it
-- adds up to what the codes of money moved. %(month)s, %(last)s  first and last day
WITH moved AS (
    SELECT m.day, coalesce(p.method::text, 'other') AS method, coalesce(p.channel::text, m.kind) AS channel, m.cents
    FROM payments_book_movements(%(month)s, %(last)s) m
    LEFT JOIN payments_payment p ON p.account_number = m.account_number
        AND p.id = CASE WHEN m.reference ~ '^payment:[0-9]{1,18}$' THEN split_part(m.reference, ':', 2)::bigint END
    UNION ALL
    SELECT effective_on, 'other', 'recon', amount_cents * ((debit = 1010)::int - (credit = 1010)::int)
    FROM ledger_transfer WHERE kind = 'recon' AND effective_on BETWEEN %(month)s AND %(last)s
)
SELECT day, method, channel, coalesce(sum(cents) FILTER (WHERE cents > 0), 0)::bigint AS received_cents,
       coalesce(-sum(cents) FILTER (WHERE cents < 0), 0)::bigint AS given_back_cents, count(*) AS count
FROM moved WHERE cents <> 0 GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
