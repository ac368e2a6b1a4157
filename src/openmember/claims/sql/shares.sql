-- What the claims taken for one episode leave to the patient, by reason, service and day.
-- %(numbers)s  all numbers of the account    %(episode)s
SELECT a.reason, sum(a.amount_cents)::bigint AS amount_cents, coalesce(s.code, '') AS code,
       coalesce(s.served_on, c.served_on) AS served_on, min(c.id * 1000 + coalesce(s.position, 0)) AS place
FROM claims_claim c
JOIN claims_adjustment a ON a.claim_id = c.id AND a."group" = 'PR'
LEFT JOIN claims_service s ON s.id = a.service_id
WHERE c.account_number = ANY (%(numbers)s) AND c.episode = %(episode)s AND c.state = 'taken'
GROUP BY 1, 3, 4 HAVING sum(a.amount_cents) <> 0 ORDER BY place, a.reason
