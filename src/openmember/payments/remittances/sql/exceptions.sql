-- Exceptions of premium remittances, the oldest first. %(id)s one of them, or null for those that are open
-- %(limit)s at most so many
SELECT e.id, e.remittance_id, f.name AS file_name, f.sha256, e.segment_number, e.reason, e.message, e.differences,
       e.opened_at, e.resolved_at, r.payer_name, r.trace, r.amount_cents,
       l.position, l.kind, own.codes AS code, own.cents AS line_cents, trim(l.first_name || ' ' || l.last_name) AS name,
       to_json(l.numbers) AS numbers, l.period_on, l.period_until,
       count(*) OVER () AS total,
       (SELECT count(*) FROM payments_remittance_exception o
        WHERE o.remittance_id = e.remittance_id AND o.resolved_at IS NULL) AS still_open
FROM payments_remittance_exception e
JOIN payments_remittance_file f ON f.id = e.file_id
JOIN payments_remittance r ON r.id = e.remittance_id
LEFT JOIN payments_remittance_line l ON l.remittance_id = e.remittance_id AND l.position = e.position
-- Whose account is not known is asked once for all lines of an entity; what a line is, for each.
LEFT JOIN LATERAL (
    SELECT string_agg(DISTINCT o.code, ', ') AS codes, sum(o.amount_cents)::bigint AS cents FROM payments_remittance_line o
    WHERE o.remittance_id = l.remittance_id AND o.entity = l.entity AND (e.reason <> 'unknown_kind' OR o.position = l.position)
) own ON true
WHERE CASE WHEN %(id)s::bigint IS NULL THEN e.resolved_at IS NULL ELSE e.id = %(id)s END
ORDER BY e.opened_at, e.id LIMIT %(limit)s
