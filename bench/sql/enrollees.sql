-- Each account's holder as a subscriber of one sponsor.
WITH sponsor AS (
    INSERT INTO coverage_sponsor (identifier, name, coverage_type) VALUES ('bench', 'Bench', 'direct') RETURNING id
)
INSERT INTO coverage_enrollee (id, sponsor_id, subscriber_number, member_id, account_number, is_subscriber, relationship)
SELECT holder_id, sponsor.id, number, holder_id, number, true, '18' FROM accounts_account CROSS JOIN sponsor ORDER BY number
