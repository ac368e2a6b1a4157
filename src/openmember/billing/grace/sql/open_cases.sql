-- Open a case for each account found unpaid, with its first two steps and the notice.
-- %(plans)s  jsonb, what the rules say for each kind of unpaid premium    %(today)s    %(actor)s
-- Repeatable: the index allows one open case an account.
WITH plan AS (
    SELECT * FROM jsonb_to_recordset(%(plans)s) AS p (
        covers date, coverage_type text, state text, has_aptc boolean, issued_on date, due_on date, is_first boolean,
        had_full_month boolean, regime text, scope_until date, first_on date, last_on date, coverage_ends_on date,
        pended_from date, notice_by date, warn_on date, threshold_percent numeric, is_automatic boolean,
        dates jsonb, not_before date, next_on date
    )
), opened AS (
    INSERT INTO billing_grace (
        account_number, coverage_type, state, regime, unpaid_month, scope_until, first_on, last_on, coverage_ends_on,
        pended_from, notice_by, warn_on, threshold_percent, is_automatic, rules, opened_on, noticed_on, not_before, next_on)
    SELECT account_number, coverage_type, state, regime, covers, scope_until, first_on, last_on, coverage_ends_on,
           pended_from, notice_by, warn_on, threshold_percent, is_automatic, dates, %(today)s, %(today)s, not_before, next_on
    FROM grace_unpaid JOIN plan USING (covers, coverage_type, state, has_aptc, issued_on, due_on, is_first, had_full_month)
    ON CONFLICT (account_number) WHERE status = 'open' DO NOTHING
    RETURNING *
), told AS (
    INSERT INTO billing_grace_step (account_number, case_id, position, step, taken_on, rule, due_on, owed_cents, open_cents, actor)
    SELECT o.account_number, o.id, step.position, step.name, %(today)s,
           coalesce(o.rules -> step.date_name ->> 'rule', ''), (o.rules -> step.date_name ->> 'on')::date,
           owed.owed_cents, owed.open_cents, %(actor)s
    FROM opened o
    CROSS JOIN (VALUES (1, 'opened', 'last_on'), (2, 'noticed', 'notice_by')) AS step (position, name, date_name)
    CROSS JOIN LATERAL billing_grace_arrears(o.account_number, o.coverage_type, o.regime, o.unpaid_month, o.scope_until, %(today)s) owed
), audited AS (
    INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
    SELECT %(actor)s, 'grace.open', account_number, jsonb_build_object('case_id', id, 'regime', regime), '' FROM opened
)
SELECT o.account_number, o.id,
       letters_write(o.account_number, NULL, 'grace_opened', 'grace:' || o.id || ':2',
                     billing_grace_letter(o, owed.owed_cents, owed.open_cents), %(today)s, %(actor)s) AS letter_id
FROM opened o
CROSS JOIN LATERAL billing_grace_arrears(o.account_number, o.coverage_type, o.regime, o.unpaid_month, o.scope_until, %(today)s) owed
