-- The rates of an employer's plans that count on a day or later. %(id)s  the employer     %(today)s
SELECT r.plan, r.area, r.tier, lower(r.ages) AS age_from, upper(r.ages) - 1 AS age_to, lower(r.period) AS starts_on, upper(r.period) - 1 AS ends_on,
       r.amount_cents::bigint
FROM billing_rate r
WHERE r.replaced_at IS NULL AND (upper_inf(r.period) OR upper(r.period) > %(today)s)
  AND r.plan IN (SELECT s.plan FROM coverage_enrollee e JOIN coverage_span s ON s.enrollee_id = e.id
                 WHERE e.sponsor_id = %(id)s AND NOT s.canceled AND s.coverage_type = 'employer' AND s.premium_cents IS NULL)
ORDER BY r.plan, r.area, r.tier, lower(r.ages), lower(r.period)
