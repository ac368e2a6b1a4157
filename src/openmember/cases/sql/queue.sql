-- One page of a queue: the open cases of some teams and regions after a place, by priority, promise and id.
-- %(teams)s %(regions)s     where to look; each pair is one walk of the index `cases_queue`, so a later page
--                           costs what the first does
-- %(after_priority)s, %(after_due)s, %(after_id)s   the place, or null for the first page
-- %(owner)s                 only this person's, or null
-- %(unowned)s               only nobody's
-- %(status)s %(category)s %(language)s %(priority)s %(due_before)s   filters, or null
-- %(limit)s                 one more than a page, to tell whether there is a next
SELECT c.id, c.number, c.category, c.team, c.region, c.topic, c.priority, c.status, c.member_id, c.account_number, c.subject,
       c.need, c.language, c.channel, c.owner_id, c.owner_name, c.facts, c.version, c.opened_at, c.opened_by, c.resolved_at,
       c.closed_at, c.resolution, c.resolutions, c.due_at, c.is_expedited, c.merged_into
FROM unnest(%(teams)s::text[]) AS of_team (team)
CROSS JOIN unnest(%(regions)s::text[]) AS of_region (region)
CROSS JOIN LATERAL (
    SELECT * FROM cases_case c
    WHERE c.is_open AND c.team = of_team.team AND c.region = of_region.region
      AND (c.priority, c.due_sort, c.id) > (%(after_priority)s::smallint, %(after_due)s::timestamptz, %(after_id)s::bigint)
      AND (%(owner)s::bigint IS NULL OR c.owner_id = %(owner)s)
      AND (NOT %(unowned)s OR c.owner_id IS NULL)
      AND (%(status)s::text IS NULL OR c.status = %(status)s)
      AND (%(category)s::text IS NULL OR c.category = %(category)s)
      AND (%(language)s::text IS NULL OR c.language = %(language)s)
      AND (%(priority)s::smallint IS NULL OR c.priority = %(priority)s)
      AND (%(due_before)s::timestamptz IS NULL OR c.due_sort < %(due_before)s)
    ORDER BY c.priority, c.due_sort, c.id LIMIT %(limit)s
) c
ORDER BY c.priority, c.due_sort, c.id LIMIT %(limit)s
