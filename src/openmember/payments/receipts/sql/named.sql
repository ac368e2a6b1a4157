-- Accounts of people whose first and last name a text may hold. %(words)s  its words, and each two that follow
SELECT DISTINCT p.account_number::text AS account_number
FROM members_member m JOIN accounts_person p ON p.member_id = m.id JOIN accounts_account a ON a.number = p.account_number AND a.merged_into IS NULL
WHERE upper(m.last_name) = ANY (%(words)s::text[]) AND split_part(upper(m.first_name), ' ', 1) = ANY (%(words)s::text[]) LIMIT 50
