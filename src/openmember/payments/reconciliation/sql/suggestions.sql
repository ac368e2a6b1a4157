-- What may be the other side of one open entry, and why. %(id)s  the entry
WITH me AS (
    SELECT * FROM payments_recon_entry WHERE id = %(id)s
), other AS (
    SELECT o.* FROM payments_recon_entry o JOIN me ON o.side <> me.side AND (
        (me.side, o.side) IN (('bank', 'payout'), ('bank', 'books'), ('payout', 'bank'), ('gateway', 'books'), ('books', 'gateway'), ('books', 'bank')))
    WHERE o.match_id IS NULL AND NOT o.withdrawn AND o.kind <> 'fees' AND o.day BETWEEN me.day - 60 AND me.day + 60
), found AS (
    SELECT ARRAY[o.id] AS ids, o.amount_cents AS cents, 1 AS place, abs(o.day - me.day) AS apart,
           format('the same amount, %%s days apart', abs(o.day - me.day)) AS why
    FROM other o JOIN me ON o.amount_cents = me.amount_cents
    UNION ALL
    SELECT ARRAY[o.id], o.amount_cents, 2, abs(o.day - me.day), format('the same payment, %%s cents apart', abs(o.amount_cents - me.amount_cents))
    FROM other o JOIN me ON o.payment_id = me.payment_id OR (o.reference = me.reference AND o.reference <> '') WHERE o.amount_cents <> me.amount_cents
    UNION ALL
    SELECT array_agg(o.id ORDER BY o.id), sum(o.amount_cents)::bigint, 3, abs(o.day - min(me.day)),
           format('all that %%s took on %%s, %%s days apart', coalesce(nullif(o.channel, ''), 'we'), o.day, abs(o.day - min(me.day)))
    FROM other o CROSS JOIN me WHERE me.side = 'bank' AND o.side = 'books'
    GROUP BY o.channel, o.code, o.day HAVING count(*) BETWEEN 2 AND 500 AND abs(sum(o.amount_cents) - min(me.amount_cents)) <= abs(min(me.amount_cents)) / 20
    UNION ALL
    SELECT ARRAY[o.id], o.amount_cents, 4, abs(o.day - me.day), 'the same digits, two of them swapped'
    FROM other o JOIN me ON sign(o.amount_cents) = sign(me.amount_cents) AND o.amount_cents <> me.amount_cents AND abs(o.amount_cents - me.amount_cents) %% 9 = 0
        AND (SELECT string_agg(d, '' ORDER BY d) FROM string_to_table(o.amount_cents::text, NULL) d)
          = (SELECT string_agg(d, '' ORDER BY d) FROM string_to_table(me.amount_cents::text, NULL) d)
)
SELECT ids, cents, why FROM found ORDER BY place, apart, ids LIMIT 6
