-- The members who hold the accounts. Their surnames are the figures of their ids as letters: a surname of
-- figures would be read in any other number of a bank's text.
-- %(accounts)s  how many
INSERT INTO members_member (
    id, mrn, first_name, middle_name, last_name, suffix, gender, email, phone, street, street2, city,
    state, postal_code, region, language, reading_format, created_at
)
SELECT id, 10000000 + id, 'Ana', '', 'Ruiz ' || translate(lpad(id::text, 8, '0'), '0123456789', 'BCDFGHJKLM'),
    '', '', '', '', '', '', '', '', '', '', '', 'standard', now()
FROM generate_series(1, %(accounts)s::bigint) AS id
