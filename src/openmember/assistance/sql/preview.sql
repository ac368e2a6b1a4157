-- What an award of these terms would come to on each bill, as nothing is posted yet.
SELECT e.*, e.bill_id AS id,
       least(greatest(e.share_cents - e.taken_cents, 0), e.open_cents) AS off_open_cents,
       greatest(e.share_cents - e.taken_cents - e.open_cents, 0) AS off_paid_cents
FROM assistance_effect(%(number)s, %(medical)s, %(pharmacy)s, %(received_on)s, %(from)s, %(until)s, %(bills)s::bigint[]) e
WHERE e.open_cents > 0 OR e.share_cents > e.taken_cents
ORDER BY e.bill_month, e.bill_id
