-- Exceptions of claims, the oldest first. %(id)s one of them, or null for those that are open
-- %(limit)s at most so many
SELECT e.id, f.name AS file_name, f.sha256, e.segment_number, e.reason, e.message, e.differences, e.opened_at, e.resolved_at,
       r.payer_name, r.trace, e.claim_id, c.patient, coalesce(c.patient_cents, 0) AS patient_cents, c.served_on
FROM claims_claimexception e
JOIN claims_remittancefile f ON f.id = e.file_id
JOIN claims_remittance r ON r.id = e.remittance_id
LEFT JOIN claims_claim c ON c.id = e.claim_id
WHERE CASE WHEN %(id)s::bigint IS NULL THEN e.resolved_at IS NULL ELSE e.id = %(id)s END
ORDER BY e.opened_at, e.id LIMIT %(limit)s
