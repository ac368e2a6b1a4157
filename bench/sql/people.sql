-- Members with names as they are spread among people: some that many have, most that few have.
-- %(accounts)s  how many. The same every time: names are drawn by scattering the number of the row.
WITH parts AS (
    SELECT ARRAY['Smith', 'Johnson', 'Garcia', 'Rodriguez', 'Martinez', 'Hernandez', 'Lopez', 'Gonzalez', 'Nguyen', 'Lee', 'Kim', 'Chen',
                 'Williams', 'Brown', 'Jones', 'Miller', 'Davis', 'Wilson', 'Anderson', 'Thomas', 'Patel', 'Ruiz', 'de la Cruz', 'O''Brien',
                 'Núñez', 'García-López', 'Иванов', '王', '陳', 'Nguyễn'] AS last,
           ARRAY['James', 'Mary', 'José', 'Maria', 'Juan', 'Ana', 'John', 'Jennifer', 'Michael', 'Linda', 'David', 'Elizabeth', 'Luis', 'Carmen',
                 'Wei', 'Mei', 'Robert', 'Patricia', 'Daniel', 'Susan', 'Thanh', 'Lan', 'Ivan', 'Fatima', '小明', '美玲'] AS first,
           ARRAY['ba', 'bel', 'bru', 'car', 'ches', 'dal', 'den', 'dor', 'el', 'fer', 'gar', 'gil', 'han', 'hol', 'jan', 'kel', 'kor', 'lam', 'len',
                 'lin', 'mar', 'men', 'mor', 'nal', 'nor', 'ol', 'pen', 'per', 'quin', 'ram', 'ren', 'ros', 'sal', 'sen', 'sol', 'tan', 'tor', 'ul',
                 'val', 'ven', 'vis', 'wal', 'wen', 'yar', 'yol', 'zan', 'zel'] AS part
), drawn AS (
    SELECT id, floor(power(abs(hashint8(id)) / 2147483648.0, 4) * 60000)::int AS of_last,
           floor(power(abs(hashint8(-id)) / 2147483648.0, 3) * 4000)::int AS of_first
    FROM generate_series(1, %(accounts)s::bigint) AS id
)
INSERT INTO members_member (
    id, mrn, first_name, middle_name, last_name, suffix, birth_on, gender, email, phone, street, street2, city,
    state, postal_code, region, language, reading_format, created_at
)
SELECT id, 10000000 + id,
       CASE WHEN of_first < 260 THEN first[of_first / 10 + 1]
            ELSE initcap(part[of_first %% 47 + 1] || part[of_first / 47 %% 47 + 1]) END,
       '',
       CASE WHEN of_last < 300 THEN last[of_last / 10 + 1]
            ELSE initcap(part[of_last %% 47 + 1] || part[of_last / 47 %% 47 + 1] || part[of_last / 2209 %% 47 + 1]) END,
       '', date '1935-01-01' + (id * 7919 %% 32000)::int, '', '', 2010000000 + id * 7001, '', '', '', '', '', '', '', 'standard', now()
FROM drawn, parts
