-- Subscribers of an employer whose coverage goes on or is to come, by name. %(id)s  the employer     %(today)s
-- %(limit)s, %(offset)s  the page
SELECT concat_ws(', ', nullif(m.last_name, ''), nullif(m.first_name, '')) AS name, e.subscriber_number, s.plan, s.level, s.starts_on, s.ends_on,
       (SELECT count(DISTINCT o.member_id) FROM coverage_enrollee o JOIN coverage_span c ON c.enrollee_id = o.id AND NOT c.canceled
        WHERE o.sponsor_id = e.sponsor_id AND o.subscriber_number = e.subscriber_number AND (c.plan, c.insurance_line) = (s.plan, s.insurance_line)
          AND (c.ends_on IS NULL OR c.ends_on >= %(today)s)) AS people,
       coalesce(s.premium_cents, r.amount_cents)::bigint AS monthly_cents, count(*) OVER () AS total
FROM coverage_enrollee e
JOIN coverage_span s ON s.enrollee_id = e.id AND NOT s.canceled AND s.coverage_type = 'employer' AND (s.ends_on IS NULL OR s.ends_on >= %(today)s)
JOIN members_member m ON m.id = e.member_id
LEFT JOIN billing_rate r ON s.premium_cents IS NULL AND r.plan = s.plan AND r.tier = s.level AND r.tier <> '' AND r.area = s.rating_area
    AND r.replaced_at IS NULL AND r.period @> greatest(%(today)s::date, s.starts_on)
WHERE e.sponsor_id = %(id)s AND e.is_subscriber
ORDER BY 1, e.subscriber_number, s.starts_on LIMIT %(limit)s OFFSET %(offset)s
