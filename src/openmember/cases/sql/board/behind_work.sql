-- The open cases behind a figure of clocks, the one that breaks first at the top: those late already, or those that
-- will be before the next working hours of their team are over.
-- %(soon_teams)s %(soon_regions)s %(soons)s   as in queues.sql
-- %(late)s                                    late ones, else those about to be
-- %(now)s %(limit)s
SELECT c.number, c.subject, c.team, c.region, c.owner_name, c.due_at
FROM cases_case c
JOIN unnest(%(soon_teams)s::text[], %(soon_regions)s::text[], %(soons)s::timestamptz[]) AS s (team, region, until)
  ON s.team = c.team AND s.region = c.region
WHERE c.due_at IS NOT NULL
  AND CASE WHEN %(late)s THEN c.due_at <= %(now)s ELSE c.due_at > %(now)s AND c.due_at <= s.until END
ORDER BY c.due_at, c.id LIMIT %(limit)s
