-- Plans of an account with the schedule that counts, what its bills had open then, and what they have open now.
-- %(numbers)s  all numbers of the account     %(id)s  one plan, or null for all
SELECT p.account_number, p.id, p.status, p.version, s.agreed_on, s.day, s.monthly_cents, s.total_cents, s.basis, s.reason,
       s.agreement, s.language, s.channel, parts.parts, dues.dues
FROM billing_plan p
JOIN billing_plan_schedule s ON (s.account_number, s.plan_id, s.version) = (p.account_number, p.id, p.version)
CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(
        b.id, b.month, b.title, b.due_on, part.open_cents, part.adjusted_cents, part.paid_cents,
        b.open_cents, b.adjusted_cents, b.amount_cents + b.adjusted_cents - b.open_cents, b.held) ORDER BY b.due_on, b.id) AS parts
    FROM billing_plan_part part CROSS JOIN LATERAL billing_find(part.account_number, part.bill_month, part.bill_id) b
    WHERE part.account_number = p.account_number AND part.plan_id = p.id AND part.version = p.version
) parts
CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(i.due_on, i.amount_cents) ORDER BY i.position) AS dues
    FROM billing_plan_instalment i
    WHERE i.account_number = p.account_number AND i.plan_id = p.id AND i.version = p.version
) dues
WHERE p.account_number = ANY (%(numbers)s) AND (%(id)s::bigint IS NULL OR p.id = %(id)s)
ORDER BY p.status <> 'active', p.id DESC
