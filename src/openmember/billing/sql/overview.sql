-- An account, its holder and what it owes and is owed, from any number that leads to it.
SELECT a.number, a.holder_id, a.created_at,
       array(SELECT number FROM accounts_account m WHERE m.merged_into = a.number ORDER BY number) AS merged,
       h.first_name, h.middle_name, h.last_name, h.suffix, h.mrn, h.region, h.language,
       b.premium_cents, b.medical_cents, b.pharmacy_cents, b.credit_cents, b.refunds_cents,
       -- With nothing open the months are infinite, which no date of Python's can be.
       nullif(b.unsettled_since, 'infinity') AS unsettled_since, nullif(b.billed_until, '-infinity') AS billed_until, now() AS as_of
FROM accounts_account typed
JOIN accounts_account a ON a.number = coalesce(typed.merged_into, typed.number)
JOIN members_member h ON h.id = a.holder_id
JOIN ledger_balance b ON b.account_number = a.number
WHERE typed.number = %(number)s
