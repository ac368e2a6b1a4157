-- How many entries there are, how many are chained, and the chain's last hash.
SELECT (SELECT count(*) FROM kernel_audit_entry) AS entries,
       (SELECT count(*) FROM kernel_audit_link) AS chained,
       (SELECT encode(hash, 'hex') FROM kernel_audit_link ORDER BY position DESC LIMIT 1) AS head
