-- What of one remittance nobody can post without guessing: lines of no known kind, each; entities whose lines
-- lead to no account; accounts it takes more from than it brings. %(id)s the remittance
SELECT position, segment_number, 'unknown_kind' AS reason, code, 1 AS lines
FROM payments_remittance_line WHERE remittance_id = %(id)s AND kind = 'unknown'
UNION ALL
SELECT min(position), min(segment_number), min(trouble), '', count(*)::integer
FROM payments_remittance_line
WHERE remittance_id = %(id)s AND account_number IS NULL AND kind <> 'unknown' GROUP BY entity, trouble
UNION ALL
SELECT min(position), min(segment_number), 'takes_back', '', count(*)::integer
FROM payments_remittance_line
WHERE remittance_id = %(id)s AND kind = 'premium' AND account_number IS NOT NULL
GROUP BY account_number HAVING sum(amount_cents) < 0
ORDER BY 1
