-- Who works in a team for a region: whether they are there now, and how many promised calls they have to make.
-- %(team)s %(region)s %(seen_since)s
SELECT u.id, u.first_name AS name, u.location,
       u.id IN (SELECT user_id FROM cases_interaction WHERE ended_at IS NULL AND user_id IS NOT NULL)
       OR u.id IN (SELECT user_id FROM cases_presence WHERE seen_at > %(seen_since)s)
       OR u.id IN (SELECT user_id FROM cases_contact_presence WHERE seen_at > %(seen_since)s) AS is_present,
       (SELECT count(*) FROM cases_callback b WHERE b.assignee_id = u.id AND b.state = 'promised') AS calls
FROM members_staffskill skill JOIN members_user u ON u.id = skill.user_id
WHERE skill.kind = 'team' AND skill.value = %(team)s AND u.is_active AND u.is_staff
  AND (%(region)s = '' OR NOT EXISTS (SELECT FROM members_staffskill r WHERE r.user_id = u.id AND r.kind = 'region')
       OR EXISTS (SELECT FROM members_staffskill r WHERE r.user_id = u.id AND r.kind = 'region'
                  AND r.value = %(region)s))
ORDER BY is_present DESC, calls, name, u.id
