-- The promised call whose window ends first, of those that can be made now: one's own, those of one's teams, regions and
-- languages that nobody has, and in its last minutes one whose caller is away. The case is locked, as everywhere;
-- cases that somebody else works on at this moment are stepped over.
-- %(user)s %(teams)s %(regions)s %(languages)s %(now)s
-- %(ends_before)s      only those that end before, or null
-- %(breaks_before)s    what ends before this must not wait for somebody who is away
-- %(tried_before)s     what was tried since is not tried again yet
SELECT b.id FROM cases_callback b JOIN cases_case old ON old.id = b.case_id
JOIN cases_case c ON c.id = coalesce(old.merged_into, old.id)
WHERE b.state = 'promised' AND b.starts_at <= %(now)s AND b.ends_at > %(now)s
  AND (%(ends_before)s::timestamptz IS NULL OR b.ends_at <= %(ends_before)s)
  AND (b.assignee_id = %(user)s
       OR b.team = ANY (%(teams)s) AND b.region = ANY (%(regions)s) AND b.language = ANY (%(languages)s)
          AND (b.assignee_id IS NULL
               OR b.ends_at <= %(breaks_before)s
                  AND NOT EXISTS (SELECT FROM cases_duty d WHERE d.user_id = b.assignee_id AND d.state <> 'away')))
  AND NOT EXISTS (SELECT FROM cases_callback_attempt a WHERE a.callback_id = b.id AND a.at > %(tried_before)s)
ORDER BY b.ends_at, b.id LIMIT 1 FOR NO KEY UPDATE OF c SKIP LOCKED
