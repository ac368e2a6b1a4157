-- Bring the bills of some accounts with awards to what those say, and audit what was done to each.
-- %(after)s  the last account seen    %(chunk)s  how many accounts at once
-- %(least)s  less than this is not given back    %(on)s, %(actor)s
-- Repeatable: what an account owes by its awards is nothing once they were applied.
WITH awarded AS (
    SELECT DISTINCT coalesce(a.merged_into, a.number) AS number
    FROM assistance_decision d JOIN accounts_account a ON a.number = d.account_number
    WHERE d.outcome <> 'denied' AND d.covers_until >= %(on)s - 400 AND coalesce(a.merged_into, a.number) > %(after)s
    ORDER BY number LIMIT %(chunk)s
), wanting AS MATERIALIZED (
    SELECT number FROM awarded CROSS JOIN LATERAL (
        SELECT sum(off_open_cents) AS open, sum(off_paid_cents) AS paid FROM assistance_owed(number)
    ) owed WHERE open > 0 OR paid >= %(least)s
    ORDER BY number
), done AS MATERIALIZED (
    SELECT number, assistance_apply(number, %(least)s, %(on)s, %(actor)s) AS applied FROM wanting
), noted AS (
    INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
    SELECT %(actor)s, 'assistance.apply', number,
           jsonb_build_object('bills', (applied).bills, 'cents', (applied).off_cents, 'given_back_cents', (applied).given_back_cents), ''
    FROM done WHERE (applied).bills > 0
    RETURNING 1
)
SELECT (SELECT max(number) FROM awarded) AS last, (SELECT count(*) FROM noted) AS accounts,
       coalesce(sum((applied).bills), 0)::bigint AS bills, coalesce(sum((applied).off_cents), 0)::bigint AS off_cents,
       coalesce(sum((applied).given_back_cents), 0)::bigint AS given_back_cents,
       coalesce(jsonb_object_agg(number, (applied).given_back_cents) FILTER (WHERE (applied).given_back_cents > 0), '{}') AS given_back
FROM done
