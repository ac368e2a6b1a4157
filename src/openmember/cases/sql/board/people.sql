-- Who of each team is there now: has a contact open, or has had a case or a contact in front of them of late; of
-- people who work for one of the regions, or for all.
-- %(teams)s %(regions)s %(seen_since)s
SELECT skill.value AS team, count(*) AS present,
       count(*) FILTER (WHERE u.id IN (SELECT user_id FROM cases_interaction
                                       WHERE ended_at IS NULL AND user_id IS NOT NULL)) AS busy
FROM members_staffskill skill JOIN members_user u ON u.id = skill.user_id
WHERE skill.kind = 'team' AND skill.value = ANY (%(teams)s) AND u.is_active AND u.is_staff
  AND (u.id IN (SELECT user_id FROM cases_interaction WHERE ended_at IS NULL AND user_id IS NOT NULL)
       OR u.id IN (SELECT user_id FROM cases_presence WHERE seen_at > %(seen_since)s)
       OR u.id IN (SELECT user_id FROM cases_contact_presence WHERE seen_at > %(seen_since)s))
  AND (NOT EXISTS (SELECT FROM members_staffskill r WHERE r.user_id = u.id AND r.kind = 'region')
       OR EXISTS (SELECT FROM members_staffskill r WHERE r.user_id = u.id AND r.kind = 'region'
                  AND r.value = ANY (%(regions)s)))
GROUP BY skill.value ORDER BY skill.value
