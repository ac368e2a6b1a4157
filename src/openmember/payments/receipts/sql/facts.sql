-- Who is on each account, the holder first, and what it owes: in all, and on each open bill. %(accounts)s  numbers
SELECT b.account_number::text AS account_number, b.premium_cents + b.medical_cents + b.pharmacy_cents AS owed_cents,
       (SELECT json_agg(json_build_array(m.first_name, m.last_name) ORDER BY m.id <> a.holder_id, m.id)::text
        FROM (SELECT a.holder_id AS member_id UNION SELECT member_id FROM accounts_person WHERE account_number = a.number) p
        JOIN members_member m ON m.id = p.member_id) AS people,
       (SELECT array_agg(open_cents) FROM billing_bill WHERE account_number = b.account_number
            AND month BETWEEN b.unsettled_since AND b.billed_until AND open_cents > 0) AS open_bills
FROM accounts_account a JOIN ledger_balance b ON b.account_number = a.number WHERE a.number = ANY (%(accounts)s::text[])
