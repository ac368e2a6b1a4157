-- Bills of an account, the newest first, that follow one of them in that order.
-- %(numbers)s  all numbers of the account      %(today)s  decides what is overdue
-- %(line)s, %(state)s  filters or null         %(issued_on)s, %(id)s  the bill before, or null
SELECT * FROM billing_bill
WHERE account_number = ANY (%(numbers)s)
  AND (%(line)s::text IS NULL OR line = %(line)s)
  AND CASE %(state)s::text
      WHEN 'open' THEN open_cents > 0
      WHEN 'overdue' THEN open_cents > 0 AND due_on < %(today)s AND NOT held AND plan_id IS NULL
      WHEN 'closed' THEN open_cents = 0
      ELSE true END
  AND (%(id)s::bigint IS NULL OR (issued_on, id) < (%(issued_on)s::date, %(id)s))
ORDER BY issued_on DESC, id DESC LIMIT %(limit)s
