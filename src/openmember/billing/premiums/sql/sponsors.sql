-- Employers with where their list is billed, by name. %(today)s     %(id)s  one of them, or null
SELECT p.id, coalesce(nullif(p.name, ''), p.identifier) AS name, p.identifier,
       (SELECT count(DISTINCT e.id) FROM coverage_enrollee e JOIN coverage_span s ON s.enrollee_id = e.id
        WHERE e.sponsor_id = p.id AND e.is_subscriber AND NOT s.canceled AND s.coverage_type = 'employer'
          AND s.starts_on <= %(today)s AND (s.ends_on IS NULL OR s.ends_on >= %(today)s)) AS subscribers,
       coalesce(a.merged_into, b.account_number, '') AS account_number, b.since,
       last.covers, coalesce(last.share_cents, 0)::bigint AS last_cents, coalesce(balance.premium_cents, 0)::bigint AS open_cents
FROM coverage_sponsor p
LEFT JOIN LATERAL (
    -- The one that counts today, else the next.
    SELECT * FROM billing_sponsor_account b WHERE b.sponsor_id = p.id AND b.until > %(today)s ORDER BY b.since LIMIT 1
) b ON true
LEFT JOIN accounts_account a ON a.number = b.account_number
LEFT JOIN ledger_balance balance ON balance.account_number = coalesce(a.merged_into, b.account_number)
LEFT JOIN LATERAL (
    SELECT m.covers, m.share_cents FROM billing_premium m
    WHERE m.account_number IN (b.account_number, a.merged_into) AND m.covers >= b.since AND m.coverage_type = 'employer' ORDER BY m.covers DESC LIMIT 1
) last ON true
WHERE (p.coverage_type = 'employer' OR b.sponsor_id IS NOT NULL) AND (%(id)s::bigint IS NULL OR p.id = %(id)s)
ORDER BY 2, p.id
