-- What waits for somebody's teams and regions now.
-- %(teams)s %(regions)s %(user)s %(now)s     whose
-- %(contact_teams)s                          the same teams, and that of no team yet
SELECT (SELECT count(*) FROM cases_interaction
        WHERE answered_at IS NULL AND ended_at IS NULL AND NOT is_outbound AND channel = 'phone'
          AND team = ANY (%(contact_teams)s) AND region = ANY (%(regions)s) AND arrived_at <= %(now)s) AS people,
       (SELECT min(arrived_at) FROM cases_interaction
        WHERE answered_at IS NULL AND ended_at IS NULL AND NOT is_outbound AND channel = 'phone'
          AND team = ANY (%(contact_teams)s) AND region = ANY (%(regions)s) AND arrived_at <= %(now)s) AS since,
       (SELECT count(*) FROM cases_callback
        WHERE state = 'promised' AND starts_at <= %(now)s AND ends_at > %(now)s
          AND (assignee_id = %(user)s
               OR assignee_id IS NULL AND team = ANY (%(teams)s) AND region = ANY (%(regions)s))) AS calls,
       (SELECT count(*) FROM cases_case
        WHERE is_open AND owner_id IS NULL AND status IN ('new', 'open', 'reopened')
          AND team = ANY (%(teams)s) AND region = ANY (%(regions)s)) AS cases
