-- The newest revision of each day, in order. %(accounts)s  accounts or null     %(until)s  last day or null
SELECT DISTINCT ON (bank, account, day) account, day, opening_cents, closing_cents FROM payments_bank_day
WHERE (%(accounts)s::text[] IS NULL OR account = ANY (%(accounts)s)) AND (%(until)s::date IS NULL OR day <= %(until)s)
ORDER BY bank, account, day, revision DESC
