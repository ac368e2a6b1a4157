-- A case for every tenth member. Their numbers have no right check characters, but for the one that is looked for.
-- %(accounts)s  how many members
INSERT INTO cases_case (number, category, team, topic, priority, status, subject, channel, opened_at, opened_by, member_id)
SELECT 'CA-25-' || lpad(id::text, 7, '0'), 'general_question', 'member_services', 'general_question', 3, 'new', 'Question', 'phone',
       now(), 'system:bench', id * 10
FROM generate_series(1, %(accounts)s::bigint / 10) AS id
