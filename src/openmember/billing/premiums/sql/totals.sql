-- A run's totals by kind of coverage and plan, beside those of the last month billed before it.
-- %(run)s  the run
WITH this AS (
    SELECT id, month FROM billing_premium_run WHERE id = %(run)s
), counted AS (
    SELECT t.coverage_type, t.plan, sum(t.coverages)::bigint AS coverages, sum(t.gross_cents)::bigint AS gross_cents,
           sum(t.aptc_cents)::bigint AS aptc_cents, sum(t.share_cents)::bigint AS share_cents, sum(t.adjusted_cents)::bigint AS adjusted_cents
    FROM billing_premium_total t JOIN this ON t.run_id = this.id GROUP BY 1, 2
), before AS (
    SELECT t.coverage_type, t.plan, sum(t.share_cents + t.adjusted_cents)::bigint AS before_cents
    FROM billing_premium_total t JOIN billing_premium_run run ON run.id = t.run_id
    WHERE run.state = 'done' AND run.month = (SELECT max(r.month) FROM billing_premium_run r, this WHERE r.state = 'done' AND r.month < this.month)
    GROUP BY 1, 2
)
SELECT coverage_type, plan, coalesce(coverages, 0) AS coverages, coalesce(gross_cents, 0) AS gross_cents, coalesce(aptc_cents, 0) AS aptc_cents,
       coalesce(share_cents, 0) AS share_cents, coalesce(adjusted_cents, 0) AS adjusted_cents, coalesce(before_cents, 0) AS before_cents
FROM counted FULL JOIN before USING (coverage_type, plan)
ORDER BY coverage_type, plan = '', plan
