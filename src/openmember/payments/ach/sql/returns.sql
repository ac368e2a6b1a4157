-- What came back, newest first. %(numbers)s: of one account, null for all. %(after)s: since a day, or null.
SELECT r.*, e.payment_id, e.attempt, k.status AS bank_status, d.last_four, again.wanted_on AS retried_on
FROM (
    SELECT * FROM payments_ach_return
    WHERE (%(numbers)s::text[] IS NULL OR account_number = ANY (%(numbers)s)) AND (%(after)s::date IS NULL OR returned_on >= %(after)s)
    ORDER BY returned_on DESC, entry_id DESC LIMIT %(limit)s OFFSET %(offset)s
) r
JOIN payments_ach_entry e ON (e.account_number, e.id) = (r.account_number, r.entry_id)
JOIN payments_ach_bank k ON (k.account_number, k.id) = (e.account_number, e.bank_id)
JOIN payments_ach_bank_detail d ON (d.account_number, d.bank_id, d.version) = (e.account_number, e.bank_id, e.version)
LEFT JOIN payments_ach_entry again ON again.account_number = e.account_number AND again.root_id = coalesce(e.root_id, e.id)
    AND again.attempt = e.attempt + 1 AND again.state <> 'canceled'
ORDER BY r.returned_on DESC, r.entry_id DESC
