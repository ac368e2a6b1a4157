-- Premium billed in a month or before for months of coverage after it. %(month)s  its first day     %(last)s  its last
SELECT covers::date AS covers, sum(share_cents + aptc_cents)::bigint AS cents, count(*) AS accounts
FROM billing_premium
WHERE covers > %(last)s AND NOT withheld AND coalesce(bill_month, (covers - interval '1 month')::date) <= %(month)s
GROUP BY 1 HAVING sum(share_cents + aptc_cents) <> 0 ORDER BY 1
