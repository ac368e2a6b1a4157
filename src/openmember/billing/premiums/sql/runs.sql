-- Runs with how far they came and what they come to, the newest first.
-- %(id)s  one run, or null for all    %(limit)s  how many
SELECT run.id, run.month, run.state, run.is_preview, run.reason, run.actor, run.started_at, run.ended_at, part.*, total.*
FROM (
    SELECT * FROM billing_premium_run WHERE %(id)s::bigint IS NULL OR id = %(id)s ORDER BY id DESC LIMIT %(limit)s
) run
CROSS JOIN LATERAL (
    SELECT count(*) AS ranges, count(priced_at) AS priced, count(written_at) AS written, coalesce(sum(bills), 0)::bigint AS bills,
           coalesce(sum(billed_cents), 0)::bigint AS billed_cents, coalesce(sum(credits), 0)::bigint AS credits,
           coalesce(sum(credited_cents), 0)::bigint AS credited_cents
    FROM billing_premium_range WHERE run_id = run.id
) part
CROSS JOIN LATERAL (
    SELECT coalesce(sum(share_cents), 0)::bigint AS share_cents, coalesce(sum(adjusted_cents), 0)::bigint AS adjusted_cents
    FROM billing_premium_total WHERE run_id = run.id
) total
ORDER BY run.id DESC
