-- A run's month, with the runs that billed it before, against the last month billed before it.
-- %(run)s  the run
WITH this AS (
    SELECT id, month FROM billing_premium_run WHERE id = %(run)s
), before AS (
    SELECT max(run.month) AS month FROM billing_premium_run run JOIN this ON run.month < this.month WHERE run.state = 'done'
), comes_to AS (
    SELECT run.month, sum(t.share_cents + t.adjusted_cents)::bigint AS cents
    FROM this CROSS JOIN before
    JOIN billing_premium_run run ON run.id = this.id OR run.state = 'done' AND run.month IN (this.month, before.month)
    JOIN billing_premium_total t ON t.run_id = run.id
    GROUP BY run.month
)
SELECT this.month, coalesce(now.cents, 0) AS total_cents, before.month AS before_month, coalesce(last.cents, 0) AS before_cents
FROM this CROSS JOIN before
LEFT JOIN comes_to now ON now.month = this.month
LEFT JOIN comes_to last ON last.month = before.month
