-- Files, newest first, or one by its name; with when the last of each is booked and how many entries came back.
SELECT f.*, b.effective_on, b.settled, r.returned
FROM (
    SELECT * FROM payments_ach_file WHERE %(name)s::text IS NULL OR name = %(name)s
    ORDER BY id DESC LIMIT %(limit)s OFFSET %(offset)s
) f
CROSS JOIN LATERAL (
    SELECT max(effective_on) AS effective_on, bool_and(settled_on IS NOT NULL OR kind <> 'debit') AS settled, min(first_entry) AS first_entry, max(last_entry) AS last_entry
    FROM payments_ach_batch WHERE file_id = f.id
) b
CROSS JOIN LATERAL (
    SELECT count(*) AS returned FROM payments_ach_return r
    JOIN payments_ach_entry e ON (e.account_number, e.id) = (r.account_number, r.entry_id)
    WHERE r.entry_id BETWEEN b.first_entry AND b.last_entry AND e.file_id = f.id
) r
ORDER BY f.id DESC
