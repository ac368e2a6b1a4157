-- Mandates of accounts that were joined to another: what they would draw for is there now, and the card or bank
-- account was given for this one.
SELECT m.id FROM payments_mandate m
JOIN accounts_account a ON a.number = m.account_number
WHERE a.merged_into IS NOT NULL AND m.status <> 'ended'
