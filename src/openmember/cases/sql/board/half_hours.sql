-- What came in each half hour of each day, in the zone of each region, and how long it waited and took, of half.sql.
-- Half hours of UTC are half hours in every zone of ours; few rows are turned into local time.
-- %(channel)s   of one channel; '' of all
SELECT local_at::date AS day, (date_part('hour', local_at) * 2 + date_part('minute', local_at) / 30)::integer AS half,
       sum(offered)::integer AS offered, sum(measured)::integer AS measured, sum(abandoned)::integer AS abandoned,
       sum(wait_seconds)::bigint AS wait_seconds, sum(waited_seconds)::bigint AS waited_seconds,
       sum(handled)::integer AS handled, sum(handling_seconds)::bigint AS handling_seconds
FROM (
    SELECT zone, at, sum(offered) AS offered, sum(measured) AS measured, sum(abandoned) AS abandoned,
           sum(wait_seconds) AS wait_seconds, sum(waited_seconds) AS waited_seconds, sum(handled) AS handled,
           sum(handling_seconds) AS handling_seconds
    FROM half WHERE %(channel)s IN ('', channel) GROUP BY zone, at
) AS half, LATERAL (SELECT half.at AT TIME ZONE half.zone AS local_at) AS here
GROUP BY 1, 2 ORDER BY 1, 2
