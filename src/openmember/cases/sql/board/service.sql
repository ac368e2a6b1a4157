-- How contacts were answered, by team. Their rows are those of contacts.sql.
SELECT team, count(*) AS offered,
       count(*) FILTER (WHERE is_answered) AS answered,
       count(*) FILTER (WHERE is_measured) AS measured,
       count(*) FILTER (WHERE is_in_time) AS in_time,
       count(*) FILTER (WHERE is_abandoned) AS abandoned,
       count(*) FILTER (WHERE is_waiting) AS waiting,
       coalesce(sum(wait_seconds) FILTER (WHERE is_measured), 0) AS wait_seconds
FROM contact GROUP BY team ORDER BY team
