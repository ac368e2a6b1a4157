-- Everything that covers or covered the people of an account, the subscriber's first. %(numbers)s  all its numbers
SELECT s.account_number, e.member_id, concat_ws(' ', nullif(m.first_name, ''), nullif(m.last_name, '')) AS name, e.is_subscriber, p.name AS sponsor,
       s.coverage_type, s.plan, s.level, s.starts_on, s.ends_on, s.premium_cents
FROM coverage_span s
JOIN coverage_enrollee e ON e.id = s.enrollee_id
JOIN coverage_sponsor p ON p.id = e.sponsor_id
JOIN members_member m ON m.id = e.member_id
WHERE s.account_number = ANY(%(numbers)s) AND NOT s.canceled
ORDER BY e.is_subscriber DESC, e.member_id, s.starts_on DESC, s.id DESC
