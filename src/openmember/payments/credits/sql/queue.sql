-- One page of the queue, the oldest credit first, with the sums over all of it.
-- %(limit)s, %(offset)s  the page
WITH page AS (
    SELECT * FROM payments_credit ORDER BY since, account_number LIMIT %(limit)s OFFSET %(offset)s
), sums AS (
    SELECT count(*) AS total, coalesce(sum(credit_cents), 0)::bigint AS all_cents, max(found_on) AS found_on FROM payments_credit
)
SELECT page.*, sums.total, sums.all_cents, sums.found_on AS searched_on, m.id AS holder_id, m.first_name, m.last_name, m.state,
       nullif(b.billed_until, '-infinity') AS billed_until, coalesce(asked.cents, 0) AS proposed_cents
FROM sums
LEFT JOIN page ON true
LEFT JOIN accounts_account a ON a.number = page.account_number
LEFT JOIN members_member m ON m.id = a.holder_id
LEFT JOIN ledger_balance b ON b.account_number = page.account_number
LEFT JOIN LATERAL (
    SELECT sum(amount_cents)::bigint AS cents FROM payments_credit_refund r
    WHERE r.account_number = page.account_number AND r.status = 'proposed'
) asked ON true
ORDER BY page.since, page.account_number
