-- What came in each half hour of each day, in the zone of each contact's region, and how long it waited and took.
-- Counted first by half hours of UTC, which are half hours in every zone of ours, so that few rows are turned into
-- local time.
-- %(channel)s   of one channel; '' of all
SELECT local_at::date AS day, (date_part('hour', local_at) * 2 + date_part('minute', local_at) / 30)::integer AS half,
       sum(offered)::integer AS offered, sum(measured)::integer AS measured, sum(abandoned)::integer AS abandoned,
       coalesce(sum(wait_seconds), 0)::bigint AS wait_seconds,
       coalesce(sum(waited_seconds), 0)::bigint AS waited_seconds,
       sum(handled)::integer AS handled, coalesce(sum(handling_seconds), 0)::bigint AS handling_seconds
FROM (
    SELECT zone, date_bin('30 minutes', arrived_at, '2000-01-01T00:00Z') AS at,
           count(*) AS offered,
           count(*) FILTER (WHERE is_measured) AS measured,
           count(*) FILTER (WHERE is_abandoned) AS abandoned,
           sum(wait_seconds) FILTER (WHERE is_measured) AS wait_seconds,
           sum(wait_seconds) FILTER (WHERE is_measured OR is_abandoned) AS waited_seconds,
           count(handling_seconds) AS handled,
           sum(handling_seconds) AS handling_seconds
    FROM contact WHERE %(channel)s IN ('', channel) GROUP BY 1, 2
) AS half, LATERAL (SELECT half.at AT TIME ZONE half.zone AS local_at) AS here
GROUP BY 1, 2 ORDER BY 1, 2
