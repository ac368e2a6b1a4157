-- Each account's balance, from its bills and their transfers.
INSERT INTO ledger_balance (account_number, premium_cents, medical_cents, unsettled_since, billed_until, version, seal)
SELECT account_number, premium_cents, medical_cents, since, until, transfers, seal
FROM (
    SELECT account_number, min(month) AS since, max(month) AS until,
           coalesce(sum(open_cents) FILTER (WHERE line = 'premium'), 0) AS premium_cents,
           coalesce(sum(open_cents) FILTER (WHERE line = 'medical'), 0) AS medical_cents
    FROM billing_bill GROUP BY account_number
) AS billed
JOIN (
    SELECT account_number, count(*) AS transfers, bit_xor(seal) AS seal FROM ledger_transfer GROUP BY account_number
) AS posted USING (account_number)
