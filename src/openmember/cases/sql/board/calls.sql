-- How promised calls were kept, by team: those whose window ended, and which no longer run.
-- %(regions)s %(zones)s %(sinces)s %(untils)s %(teams)s %(since)s %(until)s   as in contacts.sql
SELECT b.team,
       count(*) FILTER (WHERE b.state = 'kept') AS kept,
       count(*) FILTER (WHERE b.state = 'unreached') AS unreached,
       count(*) FILTER (WHERE b.state = 'broken') AS broken,
       count(*) FILTER (WHERE b.state = 'cancelled') AS cancelled
FROM cases_callback b
JOIN unnest(%(regions)s::text[], %(zones)s::text[], %(sinces)s::timestamptz[], %(untils)s::timestamptz[])
     AS z (region, zone, since, until) ON z.region = b.region
WHERE b.state <> 'promised' AND b.ends_at >= %(since)s AND b.ends_at < %(until)s
  AND b.ends_at >= z.since AND b.ends_at < z.until AND b.team = ANY (%(teams)s)
GROUP BY b.team ORDER BY b.team
