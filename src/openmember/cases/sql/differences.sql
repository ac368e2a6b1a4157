-- What is stored of cases and is not what their logs say.
SELECT c.number, 'status' AS what, c.status AS stored, coalesce(last.detail ->> 'to', 'new') AS found
FROM cases_case c
LEFT JOIN LATERAL (SELECT detail FROM cases_event e WHERE e.case_id = c.id AND e.kind = 'moved' ORDER BY e.id DESC LIMIT 1) last ON true
WHERE c.status <> coalesce(last.detail ->> 'to', 'new')
UNION ALL
SELECT c.number, 'owner', coalesce(c.owner_id::text, ''), coalesce(last.detail ->> 'owner_id', '')
FROM cases_case c
LEFT JOIN LATERAL (
    SELECT CASE WHEN e.kind = 'released' THEN '{}'::jsonb ELSE e.detail END AS detail
    FROM cases_event e WHERE e.case_id = c.id AND e.kind IN ('opened', 'owned', 'released') ORDER BY e.id DESC LIMIT 1
) last ON true
WHERE coalesce(c.owner_id::text, '') <> coalesce(last.detail ->> 'owner_id', '')
UNION ALL
SELECT c.number, 'callback ' || b.id, b.state, coalesce(last.state, 'promised')
FROM cases_callback b JOIN cases_case old ON old.id = b.case_id
JOIN cases_case c ON c.id = coalesce(old.merged_into, old.id)
-- Read once, and not for each callback: an event names its callback in its detail, where no index leads.
LEFT JOIN (
    SELECT DISTINCT ON (1, 2) (e.detail ->> 'callback_id')::bigint AS callback_id, coalesce(k.merged_into, k.id) AS case_id,
           replace(e.kind, 'callback_', '') AS state
    FROM cases_event e JOIN cases_case k ON k.id = e.case_id
    WHERE e.kind IN ('callback_kept', 'callback_unreached', 'callback_broken', 'callback_cancelled')
    ORDER BY 1, 2, e.id DESC
) last ON last.callback_id = b.id AND last.case_id = c.id
WHERE b.state <> coalesce(last.state, 'promised')
UNION ALL
SELECT c.number, 'merged into a case that was merged', c.merged_into::text, b.merged_into::text
FROM cases_case c JOIN cases_case b ON b.id = c.merged_into WHERE b.merged_into IS NOT NULL
ORDER BY 1, 2
