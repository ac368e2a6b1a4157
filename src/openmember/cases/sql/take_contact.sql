-- Who waits longest on the telephone for a person, of teams, regions and languages one works in, locked. Contacts that somebody else is
-- taking at this moment are stepped over. Of no team or region yet they are everybody's; after a while, and where an
-- interpreter is asked for, so are those of any language. Who came to an office is called there.
-- %(teams)s %(regions)s %(languages)s %(any_language_before)s %(now)s
SELECT i.id, i.arrived_at FROM cases_interaction i
WHERE i.answered_at IS NULL AND i.ended_at IS NULL AND NOT i.is_outbound AND i.channel = 'phone'
  AND i.arrived_at <= %(now)s AND i.team = ANY (%(teams)s) AND i.region = ANY (%(regions)s)
  AND (i.language = ANY (%(languages)s) OR i.interpreter_language <> '' OR i.arrived_at <= %(any_language_before)s)
ORDER BY i.arrived_at, i.id LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED
