-- The same accounts and bills in the plain tables.
WITH account AS (
    INSERT INTO yardstick_account (number) SELECT number FROM accounts_account ORDER BY number RETURNING id, number
), bill AS (
    INSERT INTO yardstick_bill (account_id, line, due_on, amount_cents, open_cents)
    SELECT account.id, b.line, b.due_on, b.amount_cents, b.amount_cents
    FROM account JOIN billing_bill b ON b.account_number = account.number
    RETURNING account_id, amount_cents
)
INSERT INTO yardstick_balance (account_id, receivable_cents, credit_cents)
SELECT account_id, sum(amount_cents), 0 FROM bill GROUP BY account_id
