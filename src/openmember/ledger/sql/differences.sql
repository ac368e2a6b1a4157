-- Every difference between the transfers and what is derived from them. One row a difference.
WITH summed AS (
    SELECT account_number,
           sum(amount_cents * ((debit = 1210)::int - (credit = 1210)::int)) AS premium_cents,
           sum(amount_cents * ((debit = 1220)::int - (credit = 1220)::int)) AS medical_cents,
           sum(amount_cents * ((debit = 1230)::int - (credit = 1230)::int)) AS pharmacy_cents,
           sum(amount_cents * ((credit = 2010)::int - (debit = 2010)::int)) AS credit_cents,
           sum(amount_cents * ((credit = 2030)::int - (debit = 2030)::int)) AS refunds_cents,
           bit_xor(seal) AS seal
    FROM ledger_transfer GROUP BY account_number
), line AS (
    SELECT account_number, part.name, part.kept, part.counted
    FROM ledger_balance b
    LEFT JOIN summed s USING (account_number)
    CROSS JOIN LATERAL (VALUES
        ('premium', b.premium_cents, coalesce(s.premium_cents, 0)),
        ('medical', b.medical_cents, coalesce(s.medical_cents, 0)),
        ('pharmacy', b.pharmacy_cents, coalesce(s.pharmacy_cents, 0)),
        ('credit', b.credit_cents, coalesce(s.credit_cents, 0)),
        ('refunds', b.refunds_cents, coalesce(s.refunds_cents, 0))
    ) AS part (name, kept, counted)
    WHERE part.kept <> part.counted
)
SELECT 'balance' AS check_name, account_number,
       format('%s balance says %s cents, its transfers %s', name, kept, counted) AS explanation
FROM line
UNION ALL
SELECT 'transfer', account_number, format('transfer %s of %s was changed after it was written', id, effective_on)
FROM ledger_transfer t
WHERE seal <> ledger_seal(account_number, effective_on, id, debit, credit, amount_cents, kind, reference, reverses)
UNION ALL
SELECT 'seal', account_number, 'transfers were added or removed without the ledger'
FROM ledger_balance b LEFT JOIN summed s USING (account_number)
WHERE b.seal <> coalesce(s.seal, 0)
UNION ALL
SELECT 'orphan', account_number, 'transfers under a number that has no balance'
FROM summed s LEFT JOIN ledger_balance b USING (account_number) WHERE b.account_number IS NULL
UNION ALL
SELECT 'reversal', r.account_number, format('transfer %s is marked reversed by %s, which does not undo it', r.transfer_id, r.reversed_by)
FROM ledger_reversal r
LEFT JOIN ledger_transfer t ON t.account_number = r.account_number AND t.id = r.transfer_id
LEFT JOIN ledger_transfer u ON u.account_number = r.account_number AND u.id = r.reversed_by
WHERE u.id IS NULL OR t.id IS NULL OR u.reverses IS DISTINCT FROM t.id OR u.debit <> t.credit
   OR u.credit <> t.debit OR u.amount_cents <> t.amount_cents
UNION ALL
SELECT 'reversal', u.account_number, format('transfer %s says it reverses %s, which is not marked so', u.id, u.reverses)
FROM ledger_transfer u LEFT JOIN ledger_reversal r ON r.account_number = u.account_number AND r.reversed_by = u.id
WHERE u.reverses IS NOT NULL AND r.reversed_by IS NULL
UNION ALL
SELECT 'transfers between accounts', NULL, format('what left accounts and what arrived differ by %s cents', sum(amount_cents * ((debit = 1900)::int - (credit = 1900)::int)))
FROM ledger_transfer WHERE debit = 1900 OR credit = 1900
HAVING sum(amount_cents * ((debit = 1900)::int - (credit = 1900)::int)) <> 0
ORDER BY 2, 1, 3
