-- The accounts that people with these medical record numbers are on. %(numbers)s  in the order asked
SELECT DISTINCT asked.place, a.number::text AS account_number
FROM unnest(%(numbers)s::text[]) WITH ORDINALITY AS asked (mrn, place) JOIN members_member m ON m.mrn = asked.mrn
CROSS JOIN LATERAL (
    SELECT account_number FROM accounts_person WHERE member_id = m.id UNION SELECT number FROM accounts_account WHERE holder_id = m.id
) theirs JOIN accounts_account a ON a.number = theirs.account_number AND a.merged_into IS NULL
