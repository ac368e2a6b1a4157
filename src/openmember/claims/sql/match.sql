-- The accounts that claims may belong to, by the numbers of patient and insured and by the visit's number.
-- %(claims)s  places, numbers, last and first names as JSON: [[1, "123", "ruiz", "ana"], ...]
-- %(visits)s  places, visit numbers and names likewise
WITH wanted AS (
    SELECT (item ->> 0)::integer AS place, item ->> 1 AS number, item ->> 2 AS last_name, item ->> 3 AS first_name
    FROM jsonb_array_elements(%(claims)s::jsonb) item
), visit AS (
    SELECT (item ->> 0)::integer AS place, item ->> 1 AS number, item ->> 2 AS last_name, item ->> 3 AS first_name
    FROM jsonb_array_elements(%(visits)s::jsonb) item
), known AS (
    SELECT w.place, w.last_name, w.first_name, e.account_number AS number, e.member_id, '' AS visit
    FROM wanted w CROSS JOIN coverage_sponsor s
    JOIN coverage_enrollee e ON e.sponsor_id = s.id AND e.subscriber_number = w.number
    UNION ALL
    SELECT w.place, w.last_name, w.first_name, p.account_number, p.member_id, ''
    FROM wanted w JOIN accounts_person p ON p.account_number = w.number
    UNION ALL
    SELECT w.place, w.last_name, w.first_name, p.account_number, m.id, ''
    FROM wanted w JOIN members_member m ON m.mrn = ltrim(w.number, '0') AND w.number ~ '^[0-9]+$'
    JOIN accounts_person p ON p.member_id = m.id
    UNION ALL
    SELECT v.place, v.last_name, v.first_name, c.account_number, coalesce(c.member_id, p.member_id), c.episode
    FROM visit v JOIN claims_visit c ON c.number = v.number
    JOIN accounts_person p ON p.account_number = c.account_number AND (c.member_id IS NULL OR p.member_id = c.member_id)
)
SELECT DISTINCT k.place, coalesce(a.merged_into, a.number) AS account_number, k.member_id, k.visit,
       lower(regexp_replace(m.last_name, '[^[:alnum:]]', '', 'g')) = k.last_name
       AND lower(regexp_replace(m.first_name, '[^[:alnum:]]', '', 'g')) = k.first_name AS agrees
FROM known k
JOIN accounts_account a ON a.number = k.number
JOIN members_member m ON m.id = k.member_id
