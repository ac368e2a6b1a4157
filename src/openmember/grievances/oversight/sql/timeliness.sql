-- How the plan kept its dates, counted: of every step, and of the decisions by what they are of, how many were kept (1),
-- missed (2) or still wait (0), after how many full days from the start of the clock, of how many; and the missed ones by
-- cause. One pass; what was withdrawn before its date is not counted, what was late by then is.
-- %(since)s %(until)s     when they were received, from and before
-- %(law)s %(place)s %(matter)s     filters, or null
-- %(everywhere)s %(regions)s       whose cases the reader may see
-- %(now)s %(zone)s
SELECT CASE WHEN grouping(step) = 0 THEN 'step' WHEN grouping(law) = 0 THEN 'law' WHEN grouping(place) = 0 THEN 'place'
            WHEN grouping(matter) = 0 THEN 'matter' WHEN grouping(level) = 0 THEN 'level'
            WHEN grouping(month) = 0 THEN 'month' ELSE 'cause' END AS by,
       coalesce(step, law, place, matter, level, month::text, cause) AS name, state, days, limit_days, count(*) AS n
FROM (
    SELECT k.step, CASE WHEN k.step = 'decide' THEN d.law END AS law, CASE WHEN k.step = 'decide' THEN d.place END AS place,
           CASE WHEN k.step = 'decide' THEN d.matter END AS matter, CASE WHEN k.step = 'decide' THEN k.level END AS level,
           CASE WHEN k.step = 'decide' THEN d.month END AS month,
           CASE WHEN k.due_at <= coalesce(k.met_at, %(now)s) THEN coalesce(w.code, '') END AS cause,
           CASE WHEN k.met_at < k.due_at THEN 1 WHEN k.due_at <= coalesce(k.met_at, %(now)s) THEN 2 ELSE 0 END AS state,
           date_part('day', k.met_at - k.started_at)::int AS days, date_part('day', k.due_at - k.started_at)::int AS limit_days
    FROM (SELECT d.id, d.law, d.place, d.matter, date_trunc('month', d.received_at AT TIME ZONE %(zone)s)::date AS month
          FROM grievances_dispute d
          WHERE d.received_at >= %(since)s AND d.received_at < %(until)s
            AND (%(law)s::text IS NULL OR d.law = %(law)s) AND (%(place)s::text IS NULL OR d.place = %(place)s)
            AND (%(matter)s::text IS NULL OR d.matter = %(matter)s)
            AND (%(everywhere)s OR EXISTS (SELECT FROM cases_case c WHERE c.id = d.case_id AND c.region = ANY (%(regions)s)))
          OFFSET 0) d
    JOIN grievances_clock k ON k.dispute_id = d.id AND k.whose = 'plan'
    LEFT JOIN grievances_cause w ON (w.dispute_id, w.visit, w.level, w.step) = (k.dispute_id, k.visit, k.level, k.step)
    WHERE NOT EXISTS (SELECT FROM grievances_decision x WHERE x.dispute_id = d.id AND x.visit = k.visit AND x.outcome = 'withdrawn'
        AND (k.due_at IS NULL OR k.due_at > x.decided_at))
) duty
GROUP BY GROUPING SETS ((step, state, days, limit_days), (law, state, days, limit_days), (place, state, days, limit_days),
                        (matter, state, days, limit_days), (level, state, days, limit_days), (month, state, days, limit_days),
                        (cause))
HAVING coalesce(step, law, place, matter, level, month::text, cause) IS NOT NULL
