-- Half hours of contacts by region, team and channel, counted anew from the rows of contacts.sql.
-- %(resolves)s     whether first contacts and repeats are asked for; where not, nothing is looked up for them
SELECT cases_half_hour_of(arrived_at) AS at, region, zone, team, channel,
       count(*)::integer AS offered,
       (count(*) FILTER (WHERE is_answered))::integer AS answered,
       (count(*) FILTER (WHERE is_measured))::integer AS measured,
       (count(*) FILTER (WHERE is_in_time))::integer AS in_time,
       (count(*) FILTER (WHERE is_abandoned))::integer AS abandoned,
       (count(*) FILTER (WHERE is_waiting))::integer AS waiting,
       coalesce(sum(wait_seconds) FILTER (WHERE is_measured), 0)::bigint AS wait_seconds,
       coalesce(sum(wait_seconds) FILTER (WHERE is_measured OR is_abandoned), 0)::bigint AS waited_seconds,
       count(handling_seconds)::integer AS handled,
       coalesce(sum(handling_seconds), 0)::bigint AS handling_seconds,
       (count(*) FILTER (WHERE %(resolves)s AND is_known AND is_over AND NOT is_followup))::integer AS firsts,
       (count(*) FILTER (WHERE %(resolves)s AND is_known AND is_over AND NOT is_followup AND is_settled AND NOT came_back))::integer AS settled,
       (count(*) FILTER (WHERE is_known))::integer AS known,
       (count(*) FILTER (WHERE %(resolves)s AND is_known AND is_repeat))::integer AS repeats
FROM contact GROUP BY 1, 2, 3, 4, 5
