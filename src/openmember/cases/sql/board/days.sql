-- Cases opened and cases settled, by day in the zone of each case's region, as their log says. A case that is
-- settled again after it was reopened is settled on both days, and once on each.
-- %(regions)s %(zones)s %(sinces)s %(untils)s %(teams)s %(since)s %(until)s   as in contacts.sql
-- Grouped twice, because counting what is distinct would sort all of it.
SELECT day, count(*) FILTER (WHERE kind = 'opened') AS opened, count(*) FILTER (WHERE kind = 'moved') AS settled
FROM (
    SELECT e.kind, e.case_id, (e.at AT TIME ZONE z.zone)::date AS day
    FROM cases_event e JOIN cases_case c ON c.id = e.case_id
    JOIN unnest(%(regions)s::text[], %(zones)s::text[], %(sinces)s::timestamptz[], %(untils)s::timestamptz[])
         AS z (region, zone, since, until) ON z.region = c.region
    WHERE e.kind IN ('opened', 'moved') AND e.at >= %(since)s AND e.at < %(until)s
      AND (e.kind = 'opened' OR e.detail ->> 'to' = 'resolved')
      AND e.at >= z.since AND e.at < z.until AND c.team = ANY (%(teams)s)
    GROUP BY 1, 2, 3
) AS happened
GROUP BY day ORDER BY day
