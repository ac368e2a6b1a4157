-- How many wait where, each counted to %(most)s at most, so that it costs the same however many there are.
-- %(now)s %(soon)s   what is late, and what is due before the second
SELECT
    (SELECT count(*) FROM (SELECT FROM grievances_dispute d JOIN cases_case c ON c.id = d.case_id
        WHERE d.due_at <= %(now)s AND c.team = ANY (%(teams)s) AND c.region = ANY (%(regions)s) LIMIT %(most)s) q) AS late,
    (SELECT count(*) FROM (SELECT FROM grievances_dispute d JOIN cases_case c ON c.id = d.case_id
        WHERE d.due_at > %(now)s AND d.due_at < %(soon)s AND c.team = ANY (%(teams)s) AND c.region = ANY (%(regions)s) LIMIT %(most)s) q) AS soon,
    (SELECT count(*) FROM (SELECT FROM grievances_dispute d JOIN cases_case c ON c.id = d.case_id
        WHERE d.due_at IS NOT NULL AND c.team = ANY (%(teams)s) AND c.region = ANY (%(regions)s) LIMIT %(most)s) q) AS due,
    (SELECT count(*) FROM (SELECT FROM grievances_dispute d JOIN cases_case c ON c.id = d.case_id
        WHERE d.is_open AND d.is_tolled AND c.team = ANY (%(teams)s) AND c.region = ANY (%(regions)s) LIMIT %(most)s) q) AS tolled,
    (SELECT count(*) FROM (SELECT FROM grievances_dispute d JOIN cases_case c ON c.id = d.case_id
        WHERE d.is_open AND NOT d.is_tolled AND d.due_at IS NULL AND c.team = ANY (%(teams)s) AND c.region = ANY (%(regions)s) LIMIT %(most)s) q) AS outside
