-- Half hours of some regions and teams: those counted before, and the rest counted from the contacts.
-- %(all_regions)s %(all_zones)s %(all_sinces)s %(all_untils)s %(all_since)s %(all_until)s %(teams)s   what is asked for,
--                            as contacts.sql says; that is asked only for what the table does not hold
-- %(froms)s %(tos)s          the stretches that it does not hold
-- %(counted_until)s          up to when the table holds what is asked for
-- %(over_until)s             before it, first contacts are over and can be judged
SELECT h.at, h.region, z.zone, h.team, h.channel, h.offered, h.answered, h.measured, h.in_time, h.abandoned, h.waiting,
       h.wait_seconds, h.waited_seconds, h.handled, h.handling_seconds,
       CASE WHEN h.at < %(over_until)s THEN h.firsts ELSE 0 END AS firsts,
       CASE WHEN h.at < %(over_until)s THEN h.settled ELSE 0 END AS settled, h.known, h.repeats
FROM cases_half_hour h
JOIN unnest(%(all_regions)s::text[], %(all_zones)s::text[], %(all_sinces)s::timestamptz[], %(all_untils)s::timestamptz[])
     AS z (region, zone, since, until) ON z.region = h.region
WHERE h.at >= %(all_since)s AND h.at < %(all_until)s AND h.at < %(counted_until)s
  AND h.at >= z.since AND h.at < z.until AND h.team = ANY (%(teams)s)
  AND NOT EXISTS (SELECT FROM unnest(%(froms)s::timestamptz[], %(tos)s::timestamptz[]) AS r (since, until)
                  WHERE h.at >= r.since AND h.at < r.until)
UNION ALL
