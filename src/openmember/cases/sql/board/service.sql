-- How contacts were answered, by team, of the half hours of half.sql.
SELECT team, sum(offered)::integer AS offered, sum(answered)::integer AS answered, sum(measured)::integer AS measured,
       sum(in_time)::integer AS in_time, sum(abandoned)::integer AS abandoned, sum(waiting)::integer AS waiting,
       sum(wait_seconds)::bigint AS wait_seconds
FROM half GROUP BY team ORDER BY team
