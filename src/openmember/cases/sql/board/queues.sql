-- What waits now, by team: contacts, cases nobody has, clocks about to break and broken.
-- %(teams)s %(regions)s                         whose
-- %(soon_teams)s %(soon_regions)s %(soons)s     for each team and region, the end of the next working hours
-- %(now)s
WITH contact AS (
    SELECT team, count(*) AS waiting, min(arrived_at) AS since
    FROM cases_interaction
    WHERE answered_at IS NULL AND ended_at IS NULL AND NOT is_outbound AND channel IN ('phone', 'in_person')
      AND team = ANY (%(teams)s) AND region = ANY (%(regions)s) AND arrived_at <= %(now)s
    GROUP BY team
), work AS (
    SELECT c.team, count(*) AS open,
           count(*) FILTER (WHERE c.owner_id IS NULL) AS nobodys,
           min(c.opened_at) FILTER (WHERE c.owner_id IS NULL) AS nobodys_since,
           count(*) FILTER (WHERE c.due_at <= %(now)s) AS late,
           count(*) FILTER (WHERE c.due_at > %(now)s AND c.due_at <= s.until) AS soon
    FROM cases_case c
    JOIN unnest(%(soon_teams)s::text[], %(soon_regions)s::text[], %(soons)s::timestamptz[]) AS s (team, region, until)
      ON s.team = c.team AND s.region = c.region
    WHERE c.is_open
    GROUP BY c.team
)
SELECT team, coalesce(contact.waiting, 0) AS waiting, contact.since AS waiting_since,
       coalesce(work.open, 0) AS open, coalesce(work.nobodys, 0) AS nobodys, work.nobodys_since,
       coalesce(work.late, 0) AS late, coalesce(work.soon, 0) AS soon
FROM contact FULL JOIN work USING (team) ORDER BY team
