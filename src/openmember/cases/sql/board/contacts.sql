-- One row for each contact in which somebody waits for a person, with all that the board's figures ask of it: the
-- one place where they are defined (docs/board.md). Figures count these rows, and the pages behind them show these
-- rows. Columns nobody asks for cost nothing.
-- %(regions)s %(zones)s %(sinces)s %(untils)s   each region with its zone, and from and until when there
-- %(teams)s                                     '' is of no team yet
-- %(since)s %(until)s                           the earliest and the latest of those, for the index
-- %(within)s                                    seconds within which an answer is in time
-- %(repeat_days)s %(resolution_days)s           how far back a contact is repeated, and until when it can be
-- %(now)s
SELECT i.id, i.team, i.region, i.channel, i.topic, i.outcome, i.representative_name, i.arrived_at, z.zone,
       i.arrived_at AT TIME ZONE z.zone AS local_at,
       floor(date_part('epoch', coalesce(i.answered_at, i.ended_at, %(now)s) - i.arrived_at))::integer AS wait_seconds,
       floor(date_part('epoch', i.ended_at - i.answered_at))::integer AS handling_seconds,
       i.answered_at IS NOT NULL AS is_answered,
       -- Begun by whoever answered, so that nobody knows how long it had waited.
       i.answered_at > i.arrived_at AS is_measured,
       i.answered_at > i.arrived_at AND i.answered_at <= i.arrived_at + make_interval(secs => %(within)s) AS is_in_time,
       i.answered_at IS NULL AND i.ended_at IS NOT NULL AND i.outcome = 'abandoned' AS is_abandoned,
       i.answered_at IS NULL AND i.ended_at IS NULL AS is_waiting,
       i.answered_at IS NOT NULL AND i.member_id IS NOT NULL AND i.topic <> '' AS is_known,
       i.outcome IN ('answered', 'referred') AS is_settled,
       i.arrived_at <= %(now)s - make_interval(hours => 24 * %(resolution_days)s) AS is_over,
       EXISTS (
           SELECT FROM cases_interaction e
           WHERE e.member_id = i.member_id AND e.topic = i.topic AND NOT e.is_outbound
             AND (e.arrived_at, e.id) < (i.arrived_at, i.id)
             AND e.arrived_at >= i.arrived_at - make_interval(hours => 24 * %(repeat_days)s)
       ) AS is_repeat,
       EXISTS (
           SELECT FROM cases_interaction e
           WHERE e.member_id = i.member_id AND e.topic = i.topic AND NOT e.is_outbound
             AND (e.arrived_at, e.id) < (i.arrived_at, i.id)
             AND e.arrived_at >= i.arrived_at - make_interval(hours => 24 * %(resolution_days)s)
       ) AS is_followup,
       EXISTS (
           SELECT FROM cases_interaction e
           WHERE e.member_id = i.member_id AND e.topic = i.topic AND NOT e.is_outbound
             AND (e.arrived_at, e.id) > (i.arrived_at, i.id)
             AND e.arrived_at <= i.arrived_at + make_interval(hours => 24 * %(resolution_days)s)
       ) AS came_back
FROM cases_interaction i
JOIN unnest(%(regions)s::text[], %(zones)s::text[], %(sinces)s::timestamptz[], %(untils)s::timestamptz[])
     AS z (region, zone, since, until) ON z.region = i.region
WHERE i.arrived_at >= %(since)s AND i.arrived_at < %(until)s
  AND i.arrived_at >= z.since AND i.arrived_at < z.until
  AND NOT i.is_outbound AND i.channel IN ('phone', 'in_person') AND i.team = ANY (%(teams)s)
