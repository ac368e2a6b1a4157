-- Cases whose time to pay is over while a payment asked for in time waits for its bank or gateway.
-- %(today)s  the day of the sweep
-- A payment may be booked some days after it was asked for; one that hangs for longer keeps nothing open. What
-- came back once and is tried again was not paid in time.
SELECT DISTINCT c.account_number, c.id
FROM billing_grace c
JOIN accounts_account a ON c.account_number IN (a.number, a.merged_into)
JOIN payments_payment p ON p.account_number = a.number AND p.status IN ('authorising', 'unknown')
WHERE c.status = 'open' AND c.is_automatic AND c.next_on <= %(today)s
  AND greatest(c.last_on, c.not_before) < %(today)s AND (c.held_until IS NULL OR c.held_until < %(today)s)
  AND p.effective_on BETWEEN %(today)s::date - 10 AND greatest(c.last_on, c.not_before) + 5
  AND p.key NOT LIKE 'ach-retry:%%'
ORDER BY c.account_number, c.id
