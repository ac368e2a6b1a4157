-- Bills so small and so old that asking for them costs more than they are: open, past due for long, not in
-- dispute, in no plan, of an account where nothing else is open and nothing stops collection.
-- %(most)s  cents     %(due_before)s  the last due day that is old enough     %(limit)s
SELECT b.account_number, b.id, b.open_cents
FROM billing_bill b
JOIN ledger_balance balance ON balance.account_number = b.account_number
WHERE b.open_cents BETWEEN 1 AND %(most)s AND b.due_on < %(due_before)s AND NOT b.held AND b.plan_id IS NULL
  AND b.line <> 'premium'
  AND balance.premium_cents + balance.medical_cents + balance.pharmacy_cents = b.open_cents
  AND NOT EXISTS (SELECT 1 FROM billing_collection_stop s WHERE s.account_number = b.account_number AND s.ended_on IS NULL)
  AND NOT EXISTS (SELECT 1 FROM billing_write_off w WHERE w.account_number = b.account_number AND w.bill_id = b.id AND w.status = 'proposed')
ORDER BY b.account_number, b.id LIMIT %(limit)s
