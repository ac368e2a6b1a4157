-- A month's transfers in order. %(month)s  its first day
SELECT id, effective_on, debit, credit, amount_cents, kind, reference FROM ledger_transfer
WHERE effective_on >= %(month)s AND effective_on < (%(month)s::date + interval '1 month')::date
ORDER BY effective_on, id
