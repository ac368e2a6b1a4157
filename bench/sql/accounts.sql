-- One account for each member: numbers spread evenly over all there can be, with their check digits.
-- %(accounts)s  how many
INSERT INTO accounts_account (number, origin, holder_id)
SELECT payload * 100 + 98 - payload * 100 %% 97, 'issued', id
FROM (
    SELECT 1000000000 + id * (9000000000 / (%(accounts)s + 1)) AS payload, id
    FROM generate_series(1, %(accounts)s::bigint) AS id
) AS drawn
