-- How many seconds each person who is there now spent in which state since a moment, as their log says. A state lasts
-- until the next; the one that ran at the moment counts from it.
-- %(since)s %(now)s
WITH span AS (
    SELECT e.user_id, e.state, greatest(e.at, %(since)s) AS began,
           coalesce(lead(e.at) OVER (PARTITION BY e.user_id ORDER BY e.id), %(now)s) AS ended
    FROM cases_duty_event e JOIN cases_duty d ON d.user_id = e.user_id AND d.state <> 'away'
    WHERE e.at >= %(since)s - interval '1 day' AND e.at <= %(now)s
)
SELECT user_id, state, sum(date_part('epoch', ended - began))::integer AS seconds
FROM span WHERE ended > began AND state <> 'away'
GROUP BY user_id, state ORDER BY user_id, state
