-- Of the debits booked in the %(days)s days up to each of %(ends)s: how many there were, and how many have come
-- back by that day under one of %(codes)s.
SELECT ends.day,
       (SELECT coalesce(sum(b.entries), 0)::bigint FROM payments_ach_batch b JOIN payments_ach_file f ON f.id = b.file_id AND f.status = 'acknowledged'
        WHERE b.kind = 'debit' AND b.effective_on > ends.day - %(days)s::int AND b.effective_on <= ends.day) AS debits,
       (SELECT count(*) FROM payments_ach_return r
        WHERE r.kind = 'debit' AND r.code = ANY (%(codes)s) AND r.returned_on > ends.day - %(days)s::int AND r.returned_on <= ends.day) AS unauthorised
FROM unnest(%(ends)s::date[]) AS ends (day) ORDER BY ends.day
