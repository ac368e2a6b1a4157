-- Months billed to the accounts of an employer while its list was billed there, also after they were joined to others.
-- %(id)s  the employer     %(limit)s
SELECT p.covers::date, b.id, b.due_on, p.share_cents::bigint, coalesce(b.amount_cents + b.adjusted_cents, 0)::bigint AS amount_cents,
       coalesce(b.open_cents, 0)::bigint AS open_cents
FROM billing_sponsor_account t
JOIN accounts_account a ON a.number = t.account_number
JOIN billing_premium p ON p.account_number IN (t.account_number, a.merged_into) AND p.covers >= t.since AND p.covers < t.until AND p.coverage_type = 'employer'
LEFT JOIN billing_bill b ON (b.account_number, b.month, b.id) = (p.account_number, p.bill_month, p.bill_id)
WHERE t.sponsor_id = %(id)s ORDER BY p.covers DESC LIMIT %(limit)s
