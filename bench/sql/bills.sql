-- A premium bill of this month for every account, and an overdue medical bill of last month for every second.
-- %(today)s  the day the books are at
INSERT INTO billing_bill (account_number, month, key, line, title, issued_on, due_on, amount_cents, open_cents)
SELECT number, date_trunc('month', issued_on), 'bench', line, title, issued_on, due_on, amount_cents, amount_cents
FROM accounts_account
CROSS JOIN LATERAL (VALUES
    ('premium', 'Monthly premium', date_trunc('month', %(today)s::date)::date, %(today)s::date + 20, 18000),
    ('medical', 'Office visit', (date_trunc('month', %(today)s::date) - interval '20 days')::date, %(today)s::date - 5, 9000)
) AS bill (line, title, issued_on, due_on, amount_cents)
WHERE line = 'premium' OR holder_id %% 2 = 0
