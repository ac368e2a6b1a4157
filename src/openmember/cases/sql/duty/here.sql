-- Who of some teams is there, of people who work for one of the regions, or for all.
-- %(teams)s %(regions)s
SELECT d.user_id, u.first_name AS name, u.location, d.state, d.break_kind, d.cause, d.since,
       ARRAY(SELECT s.value FROM members_staffskill s
             WHERE s.user_id = d.user_id AND s.kind = 'team' AND s.value = ANY (%(teams)s) ORDER BY s.value) AS teams
FROM cases_duty d JOIN members_user u ON u.id = d.user_id
WHERE d.state <> 'away' AND u.is_active AND u.is_staff
  AND EXISTS (SELECT FROM members_staffskill s
              WHERE s.user_id = d.user_id AND s.kind = 'team' AND s.value = ANY (%(teams)s))
  AND (NOT EXISTS (SELECT FROM members_staffskill r WHERE r.user_id = d.user_id AND r.kind = 'region')
       OR EXISTS (SELECT FROM members_staffskill r WHERE r.user_id = d.user_id AND r.kind = 'region'
                  AND r.value = ANY (%(regions)s)))
ORDER BY name, d.user_id
