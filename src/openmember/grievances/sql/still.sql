-- One page of the open disputes for which the plan owes nothing by a date: those that stand still while something is
-- asked for, or those a reviewer outside has. Values as in queue.sql; %(tolled)s says which.
SELECT d.id, d.matter, d.law, d.place, d.level, d.speed, d.is_tolled, d.due_step, d.due_at, d.received_at, d.zone,
       c.number, c.owner_id, c.owner_name, c.region
FROM grievances_dispute d JOIN cases_case c ON c.id = d.case_id
WHERE d.is_open AND d.is_tolled = %(tolled)s AND (d.is_tolled OR d.due_at IS NULL) AND d.id > %(after_id)s
  AND c.team = ANY (%(teams)s) AND c.region = ANY (%(regions)s)
  AND (%(owner)s::bigint IS NULL OR c.owner_id = %(owner)s)
  AND (NOT %(unowned)s OR c.owner_id IS NULL)
  AND (%(matter)s::text IS NULL OR d.matter = %(matter)s)
  AND (%(level)s::text IS NULL OR d.level = %(level)s)
  AND (%(law)s::text IS NULL OR d.law = %(law)s)
  AND (%(speed)s::text IS NULL OR d.speed = %(speed)s)
ORDER BY d.id LIMIT %(limit)s
