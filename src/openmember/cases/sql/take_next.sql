-- The case that comes first of those nobody has, in teams, regions and languages one works in, locked: by priority, then
-- by the promise that ends first, to settle it or to reply. Cases that somebody else is taking at this moment are stepped
-- over, and so are those %(user)s may not have, and, for whoever has enough, those that somebody free with fewer cases
-- could take.
-- %(teams)s %(regions)s %(languages)s %(everybodys)s %(candidates)s
-- %(user)s %(own)s     who asks, and how many cases of theirs they can work on now
-- %(share_from)s       from how many on one has enough
WITH clocks AS (
    SELECT c.id
    FROM unnest(%(teams)s::text[]) AS of_team (team)
    CROSS JOIN unnest(%(regions)s::text[]) AS of_region (region)
    CROSS JOIN LATERAL (
        SELECT c.id, c.priority, c.due_sort FROM cases_case c
        WHERE c.is_open AND c.owner_id IS NULL AND c.team = of_team.team AND c.region = of_region.region
          AND c.status IN ('new', 'open', 'reopened') AND c.language = ANY (%(languages)s)
          AND c.barred_id IS DISTINCT FROM %(user)s
          AND NOT EXISTS (SELECT FROM cases_transfer t WHERE t.case_id = c.id AND t.state = 'offered')
        ORDER BY c.priority, c.due_sort, c.id LIMIT %(candidates)s
    ) c
    ORDER BY c.priority, c.due_sort, c.id LIMIT %(candidates)s
), replies AS (
    SELECT c.id
    FROM unnest(%(teams)s::text[]) AS of_team (team)
    CROSS JOIN unnest(%(regions)s::text[]) AS of_region (region)
    CROSS JOIN LATERAL (
        SELECT c.id, c.priority, c.reply_due_at FROM cases_case c
        WHERE c.is_open AND c.owner_id IS NULL AND c.reply_due_at IS NOT NULL
          AND c.team = of_team.team AND c.region = of_region.region AND c.language = ANY (%(languages)s)
          AND c.barred_id IS DISTINCT FROM %(user)s
          AND NOT EXISTS (SELECT FROM cases_transfer t WHERE t.case_id = c.id AND t.state = 'offered')
        ORDER BY c.priority, c.reply_due_at, c.id LIMIT %(candidates)s
    ) c
    ORDER BY c.priority, c.reply_due_at, c.id LIMIT %(candidates)s
), first AS (SELECT id FROM clocks UNION SELECT id FROM replies),
-- Who is free and has fewer cases, where that matters; `own` at `share_from` or above.
free AS (
    SELECT d.user_id FROM cases_duty d
    WHERE %(own)s >= %(share_from)s AND d.state = 'available' AND d.user_id <> %(user)s
      AND (SELECT count(*) FROM cases_case o WHERE o.owner_id = d.user_id AND o.is_open
           AND o.status IN ('new', 'open', 'reopened')) < %(own)s
)
SELECT c.id FROM cases_case c JOIN first USING (id)
WHERE c.owner_id IS NULL AND c.is_open
  AND NOT EXISTS (
      SELECT FROM free
      JOIN members_staffskill t ON t.user_id = free.user_id AND t.kind = 'team' AND t.value = c.team
      WHERE (c.language = ANY (%(everybodys)s)
             OR EXISTS (SELECT FROM members_staffskill s
                        WHERE s.user_id = free.user_id AND s.kind = 'language' AND s.value = c.language))
        AND (c.region = ''
             OR NOT EXISTS (SELECT FROM members_staffskill r WHERE r.user_id = free.user_id AND r.kind = 'region')
             OR EXISTS (SELECT FROM members_staffskill r
                        WHERE r.user_id = free.user_id AND r.kind = 'region' AND r.value = c.region))
  )
ORDER BY c.priority, least(c.due_sort, c.reply_due_at), c.id LIMIT 1 FOR NO KEY UPDATE OF c SKIP LOCKED
