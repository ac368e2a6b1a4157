-- The cases opened, or settled, on one day in the zone of their region.
-- %(regions)s %(zones)s %(sinces)s %(untils)s %(teams)s %(since)s %(until)s   as in contacts.sql
-- %(kind)s %(day)s %(limit)s
SELECT DISTINCT c.id, c.number, c.subject, c.team, c.region, c.owner_name, c.due_at
FROM cases_event e JOIN cases_case c ON c.id = e.case_id
JOIN unnest(%(regions)s::text[], %(zones)s::text[], %(sinces)s::timestamptz[], %(untils)s::timestamptz[])
     AS z (region, zone, since, until) ON z.region = c.region
WHERE e.kind = %(kind)s AND e.at >= %(since)s AND e.at < %(until)s
  AND (e.kind = 'opened' OR e.detail ->> 'to' = 'resolved')
  AND e.at >= z.since AND e.at < z.until AND c.team = ANY (%(teams)s)
  AND (e.at AT TIME ZONE z.zone)::date = %(day)s
ORDER BY c.id DESC LIMIT %(limit)s
