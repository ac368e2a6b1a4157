-- What waits for the desk: applications that came in and are not decided, the first promised first.
-- %(today)s  what we wait for the member for goes last
SELECT a.id, a.account_number, a.status, a.channel, a.received_on, a.decide_by, a.complete_by, a.language,
       m.id AS holder_id, m.first_name, m.middle_name, m.last_name, m.suffix, m.region,
       (SELECT count(*) FROM assistance_document d WHERE d.application_id = a.id AND d.removed_at IS NULL) AS documents,
       count(*) OVER () AS total
FROM assistance_application a
JOIN accounts_account typed ON typed.number = a.account_number
JOIN accounts_account account ON account.number = coalesce(typed.merged_into, typed.number)
JOIN members_member m ON m.id = account.holder_id
WHERE a.status IN ('received', 'incomplete', 'appealed')
ORDER BY (a.status = 'incomplete' AND a.complete_by >= %(today)s), a.decide_by, a.id
LIMIT %(limit)s OFFSET %(offset)s
