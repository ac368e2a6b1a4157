-- What is open by side and age. %(today)s  the day ages count to     %(from)s, %(until)s  the ages, in days
WITH age AS (
    SELECT * FROM unnest(%(from)s::integer[], %(until)s::integer[]) AS age (from_days, until_days)
), open AS (
    SELECT side, amount_cents, greatest(%(today)s::date - day, 0) AS days FROM payments_recon_entry
    WHERE match_id IS NULL AND NOT withdrawn AND day <= %(today)s
)
SELECT side.side, age.from_days, age.until_days, count(open.side) AS count, coalesce(sum(open.amount_cents), 0)::bigint AS cents
FROM unnest('{bank,payout,gateway,books}'::text[]) AS side (side) CROSS JOIN age
LEFT JOIN open ON open.side = side.side AND open.days >= age.from_days AND (age.until_days IS NULL OR open.days <= age.until_days)
GROUP BY 1, 2, 3 ORDER BY array_position('{bank,payout,gateway,books}'::text[], side.side), 2
