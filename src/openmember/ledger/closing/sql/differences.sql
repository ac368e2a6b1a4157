-- Every closed month that is not as it was closed. One row a difference.
WITH newest AS (
    SELECT DISTINCT ON (month) month, position, action, seal FROM ledger_closing ORDER BY month, position DESC
), now AS (
    SELECT date_trunc('month', effective_on)::date AS month, debit, credit, sum(amount_cents)::bigint AS cents, count(*) AS transfers, bit_xor(seal) AS seal
    FROM ledger_transfer GROUP BY 1, 2, 3
), moved AS (
    SELECT month, code, sum(debit)::bigint AS debit_cents, sum(credit)::bigint AS credit_cents, sum(transfers)::bigint AS transfers, bit_xor(seal) AS seal
    FROM (
        SELECT month, debit::smallint AS code, cents AS debit, 0::bigint AS credit, transfers, seal FROM now
        UNION ALL SELECT month, credit, 0, cents, 0, 0 FROM now
    ) side GROUP BY 1, 2
)
SELECT 'closed month' AS check_name,
       format('%s was closed with %s of %s debits %s credits %s transfers; now there are %s, %s, %s', to_char(n.month, 'YYYY-MM'), b.code,
              b.debit_cents, b.credit_cents, b.transfers, coalesce(m.debit_cents, 0), coalesce(m.credit_cents, 0), coalesce(m.transfers, 0)) AS explanation
FROM newest n JOIN ledger_closed_balance b USING (month, position) LEFT JOIN moved m ON m.month = n.month AND m.code = b.code
WHERE n.action = 'close' AND (b.debit_cents, b.credit_cents, b.transfers, b.transfer_seal)
    IS DISTINCT FROM (coalesce(m.debit_cents, 0), coalesce(m.credit_cents, 0), coalesce(m.transfers, 0), coalesce(m.seal, 0))
UNION ALL
SELECT 'closed figures', format('the figures of %s, closing %s, were changed after they were sealed', to_char(month, 'YYYY-MM'), position)
FROM ledger_closing WHERE action = 'close' AND seal <> ledger_closing_seal(month, position)
UNION ALL
SELECT 'closed month', format('%s is closed, but its partition takes transfers', to_char(month, 'YYYY-MM'))
FROM newest n WHERE action = 'close' AND to_regclass('ledger_transfer_' || to_char(month, 'YYYYMM')) IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgname = 'ledger_month_closed' AND tgenabled = 'O'
                    AND tgrelid = to_regclass('ledger_transfer_' || to_char(n.month, 'YYYYMM')))
UNION ALL
SELECT 'closed month', format('%s is open, but its partition refuses transfers', to_char(n.month, 'YYYY-MM'))
FROM newest n JOIN pg_trigger t ON t.tgrelid = to_regclass('ledger_transfer_' || to_char(n.month, 'YYYYMM')) AND t.tgname = 'ledger_month_closed'
WHERE n.action = 'reopen'
ORDER BY 1, 2
