-- One page of an account's bills with the sums over all its open ones, in one statement.
-- %(numbers)s  all numbers of the account      %(today)s  decides what is overdue
-- %(line)s, %(state)s  filters or null         %(limit)s, %(offset)s  the page
WITH bill AS MATERIALIZED (
    SELECT * FROM billing_bill WHERE account_number = ANY (%(numbers)s)
), chosen AS (
    SELECT * FROM bill
    WHERE (%(line)s::text IS NULL OR line = %(line)s)
      AND CASE %(state)s::text
          WHEN 'open' THEN open_cents > 0
          WHEN 'overdue' THEN open_cents > 0 AND due_on < %(today)s AND NOT held AND plan_id IS NULL
          WHEN 'closed' THEN open_cents = 0
          ELSE true END
), page AS (
    SELECT * FROM chosen
    ORDER BY CASE WHEN %(state)s IN ('open', 'overdue') THEN due_on END, issued_on DESC, id DESC
    LIMIT %(limit)s OFFSET %(offset)s
), sums AS (
    SELECT coalesce(sum(open_cents), 0)::bigint AS all_open_cents,
           coalesce(sum(open_cents) FILTER (WHERE due_on < %(today)s AND NOT held AND plan_id IS NULL), 0)::bigint AS all_overdue_cents
    FROM bill
)
SELECT page.*, (SELECT count(*) FROM chosen) AS total, sums.*, now() AS as_of
FROM sums LEFT JOIN page ON true
ORDER BY CASE WHEN %(state)s IN ('open', 'overdue') THEN page.due_on END, page.issued_on DESC, page.id DESC
