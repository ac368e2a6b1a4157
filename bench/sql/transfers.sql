-- The transfer each bill caused, sealed as the ledger seals it.
WITH numbered AS (
    SELECT account_number, issued_on, nextval('ledger_transfer_id') AS id,
           (CASE line WHEN 'premium' THEN 1210 ELSE 1220 END)::smallint AS debit,
           (CASE line WHEN 'premium' THEN 4010 ELSE 4020 END)::smallint AS credit,
           amount_cents, 'bill:' || id AS reference
    FROM billing_bill
)
INSERT INTO ledger_transfer (account_number, effective_on, id, debit, credit, amount_cents, kind, reference, seal)
SELECT account_number, issued_on, id, debit, credit, amount_cents, 'bill', reference,
       ledger_seal(account_number, issued_on, id, debit, credit, amount_cents, 'bill', reference, NULL)
FROM numbered
