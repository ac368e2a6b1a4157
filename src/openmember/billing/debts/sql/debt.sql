-- What collecting one bill depends on and what became of it, in one statement.
-- %(number)s, %(month)s, %(bill)s  the bill, by its key
SELECT m.state,
       -- The same thing billed again in a later month, or moved with a joined account, is no new bill.
       least(b.issued_on, (SELECT min(first.issued_on) FROM billing_bill first
                           WHERE first.account_number = b.account_number AND first.key = b.key)) AS first_billed_on,
       array(SELECT DISTINCT cause FROM billing_collection_stop s
             WHERE s.account_number = b.account_number AND s.ended_on IS NULL ORDER BY cause) AS stops,
       coalesce((SELECT jsonb_agg(jsonb_build_array(d.placed_on, d.open_cents, d.allowed_by, d.reason, d.actor, d.recalled_on, d.recall_reason)
                                  ORDER BY d.position)
                 FROM billing_bad_debt d WHERE d.account_number = b.account_number AND d.bill_id = b.id), '[]') AS placements,
       coalesce((SELECT jsonb_agg(to_jsonb(w) ORDER BY w.id DESC)
                 FROM billing_write_off w WHERE w.account_number = b.account_number AND w.bill_id = b.id), '[]') AS write_offs
FROM billing_bill b
JOIN accounts_account a ON a.number = b.account_number
JOIN members_member m ON m.id = a.holder_id
WHERE b.account_number = %(number)s AND b.month = %(month)s AND b.id = %(bill)s
