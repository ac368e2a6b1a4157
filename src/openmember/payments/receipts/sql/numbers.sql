-- The account each number leads to. %(numbers)s  numbers in the order asked
SELECT asked.place, coalesce(a.merged_into, a.number)::text AS account_number
FROM unnest(%(numbers)s::text[]) WITH ORDINALITY AS asked (number, place) JOIN accounts_account a ON a.number = asked.number
