-- Counts asked for before a closing. %(month)s, %(last)s  the month     %(days)s  when an exception is old
SELECT (SELECT count(*) FROM payments_payment WHERE status IN ('authorising', 'unknown') AND effective_on <= %(last)s) AS unknown_payments,
       (SELECT coalesce(sum(amount_cents), 0)::bigint FROM payments_payment WHERE status IN ('authorising', 'unknown') AND effective_on <= %(last)s) AS unknown_cents,
       (SELECT count(*) FROM billing_premium_run WHERE month = %(month)s AND state = 'done' AND NOT is_preview) AS premium_runs,
       (SELECT count(*) FROM coverage_enrolmentexception e JOIN coverage_enrolmentfile f ON f.id = e.file_id
        WHERE e.resolved_at IS NULL AND f.received_at < %(last)s::date - %(days)s::integer)
       + (SELECT count(*) FROM payments_remittance_exception WHERE resolved_at IS NULL AND opened_at < %(last)s::date - %(days)s::integer)
       + (SELECT count(*) FROM payments_ach_exception WHERE closed_at IS NULL AND opened_at < %(last)s::date - %(days)s::integer) AS old_exceptions
