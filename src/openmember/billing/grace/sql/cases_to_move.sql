-- Open cases that may be due for a step: their day has come, or what was asked for is paid.
-- %(today)s      %(after_account)s  go on after this account     %(limit)s  cases of one transaction
-- Locks the cases, so that nobody at the desk decides them meanwhile.
SELECT c.*, owed.*
FROM billing_grace c
CROSS JOIN LATERAL billing_grace_arrears(c.account_number, c.coverage_type, c.regime, c.unpaid_month, c.scope_until, %(today)s) owed
WHERE c.status = 'open' AND c.account_number > %(after_account)s
  AND (c.next_on <= %(today)s OR owed.open_cents = 0
       OR (owed.owed_cents - owed.open_cents) * 100 >= c.threshold_percent * owed.owed_cents)
ORDER BY c.account_number
LIMIT %(limit)s
FOR UPDATE OF c
