-- The case that comes first of those nobody has, in teams, regions and languages one works in, locked. Cases that
-- somebody else is taking at this moment are stepped over.
-- %(teams)s %(regions)s %(languages)s %(candidates)s
WITH first AS (
    SELECT c.id
    FROM unnest(%(teams)s::text[]) AS of_team (team)
    CROSS JOIN unnest(%(regions)s::text[]) AS of_region (region)
    CROSS JOIN LATERAL (
        SELECT c.id, c.priority, c.due_sort FROM cases_case c
        WHERE c.is_open AND c.owner_id IS NULL AND c.team = of_team.team AND c.region = of_region.region
          AND c.status IN ('new', 'open', 'reopened') AND c.language = ANY (%(languages)s)
          AND NOT EXISTS (SELECT FROM cases_transfer t WHERE t.case_id = c.id AND t.state = 'offered')
        ORDER BY c.priority, c.due_sort, c.id LIMIT %(candidates)s
    ) c
    ORDER BY c.priority, c.due_sort, c.id LIMIT %(candidates)s
)
SELECT c.id FROM cases_case c JOIN first USING (id)
WHERE c.owner_id IS NULL AND c.is_open
ORDER BY c.priority, c.due_sort, c.id LIMIT 1 FOR NO KEY UPDATE OF c SKIP LOCKED
