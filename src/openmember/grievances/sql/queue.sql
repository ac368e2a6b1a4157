-- One page of the coordinators' queue: what the plan owes, the soonest first, after a place. The walk is along the
-- index `grievances_queue`, so that a later page costs what the first does.
-- %(after_due)s, %(after_id)s   the place; before everything for the first page
-- %(teams)s %(regions)s         whose cases the reader may see
-- %(owner)s %(unowned)s         only this person's, only nobody's
-- %(matter)s %(level)s %(law)s %(speed)s   filters, or null
-- %(limit)s                     one more than a page, to tell whether there is a next
SELECT d.id, d.matter, d.law, d.place, d.level, d.speed, d.is_tolled, d.due_step, d.due_at, d.received_at, d.zone,
       c.number, c.owner_id, c.owner_name, c.region
FROM grievances_dispute d JOIN cases_case c ON c.id = d.case_id
WHERE d.due_at IS NOT NULL AND (d.due_at, d.id) > (%(after_due)s::timestamptz, %(after_id)s::bigint)
  AND c.team = ANY (%(teams)s) AND c.region = ANY (%(regions)s)
  AND (%(owner)s::bigint IS NULL OR c.owner_id = %(owner)s)
  AND (NOT %(unowned)s OR c.owner_id IS NULL)
  AND (%(matter)s::text IS NULL OR d.matter = %(matter)s)
  AND (%(level)s::text IS NULL OR d.level = %(level)s)
  AND (%(law)s::text IS NULL OR d.law = %(law)s)
  AND (%(speed)s::text IS NULL OR d.speed = %(speed)s)
ORDER BY d.due_at, d.id LIMIT %(limit)s
