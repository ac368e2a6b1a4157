-- Half hours that are kept otherwise than the contacts count. Stale ones are left out: they wait to be counted again.
SELECT at, region, team, channel, coalesce(kept.figures, '') AS stored, coalesce(anew.figures, '') AS found
FROM (SELECT at, region, team, channel, (h.offered, h.answered, h.measured, h.in_time, h.abandoned, h.waiting, h.wait_seconds,
             h.waited_seconds, h.handled, h.handling_seconds, h.firsts, h.settled, h.known, h.repeats)::text AS figures
      FROM cases_half_hour h) AS kept
FULL JOIN (SELECT at, region, team, channel, (offered, answered, measured, in_time, abandoned, waiting, wait_seconds,
                  waited_seconds, handled, handling_seconds, firsts, settled, known, repeats)::text AS figures
           FROM counted) AS anew USING (at, region, team, channel)
WHERE kept.figures IS DISTINCT FROM anew.figures
  AND at NOT IN (SELECT at FROM cases_half_hour_stale)
ORDER BY at, region, team, channel LIMIT %(limit)s
