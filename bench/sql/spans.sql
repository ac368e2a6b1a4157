-- A span for each account: of every kind of coverage, nine in ten with the premium the sponsor told.
-- %(today)s  the day the books are at
INSERT INTO coverage_span (
    enrollee_id, account_number, coverage_type, insurance_line, plan, level, group_number, starts_on, canceled,
    premium_cents, aptc_cents, member_share_cents, rating_area
)
SELECT holder_id, number, kind, 'HLT', 'Plan ' || holder_id %% 12, 'IND', '', date_trunc('year', %(today)s::date), false,
       CASE WHEN holder_id %% 10 = 0 THEN NULL ELSE 30000 + holder_id %% 997 * 25 END,
       CASE kind WHEN 'exchange' THEN 20000 END, NULL, '1'
FROM accounts_account
CROSS JOIN LATERAL (SELECT (ARRAY['exchange', 'exchange', 'direct', 'medicare', 'cobra'])[holder_id %% 5 + 1] AS kind) drawn
ORDER BY number
