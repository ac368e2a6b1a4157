d.received_at >= %(since)s AND d.received_at < %(until)s
AND (%(law)s::text IS NULL OR d.law = %(law)s) AND (%(place)s::text IS NULL OR d.place = %(place)s)
AND (%(matter)s::text IS NULL OR d.matter = %(matter)s)
AND (%(everywhere)s OR EXISTS (SELECT FROM cases_case c WHERE c.id = d.case_id AND c.region = ANY (%(regions)s)))
