-- The ticket whose turn it is for one person at an office, locked. One that somebody else calls at this moment is
-- stepped over. Who came before %(held_since)s has waited long enough for anybody to call them.
-- %(office)s %(day)s %(teams)s %(languages)s %(held_since)s
SELECT w.id FROM cases_walkin w
WHERE w.office = %(office)s AND w.on_day = %(day)s AND w.state = 'waiting'
  AND (w.arrived_at <= %(held_since)s OR w.team = ANY (%(teams)s) AND w.language = ANY (%(languages)s))
ORDER BY w.place_at, w.id LIMIT 1 FOR NO KEY UPDATE OF w SKIP LOCKED
