-- Mandates that stand on a bank account the bank told us not to use any more.
SELECT m.id FROM payments_mandate m
JOIN payments_ach_bank bank ON bank.account_number = m.account_number AND bank.id::text = m.token
WHERE m.keeper = 'ach' AND m.status <> 'ended' AND bank.status <> 'active'
