-- Cases that were made good by money that came back: they go on where they were, and nobody's coverage ends
-- sooner than %(least_days)s days after the new notice.
-- %(today)s      %(since)s  only what was made good since     %(least_days)s      %(limit)s      %(actor)s
WITH returned AS (
    SELECT c.account_number, c.id, owed.owed_cents, owed.open_cents
    FROM billing_grace c
    CROSS JOIN LATERAL billing_grace_arrears(c.account_number, c.coverage_type, c.regime, c.unpaid_month, c.scope_until, c.closed_on) owed
    WHERE c.status = 'cured' AND c.closed_on >= %(since)s
      AND owed.open_cents > 0 AND (owed.owed_cents - owed.open_cents) * 100 < c.threshold_percent * owed.owed_cents
      -- What an account owed that was joined to another is owed there, and opens a case of that one.
      AND NOT EXISTS (SELECT FROM accounts_account a WHERE a.number = c.account_number AND a.merged_into IS NOT NULL)
      AND NOT EXISTS (SELECT FROM billing_grace o WHERE o.account_number = c.account_number AND o.status = 'open')
      AND NOT EXISTS (SELECT FROM billing_grace_step s WHERE s.account_number = c.account_number AND s.case_id = c.id AND s.step = 'prospective')
    ORDER BY c.account_number, c.id
    LIMIT %(limit)s
    FOR UPDATE OF c
), one AS (
    SELECT DISTINCT ON (account_number) * FROM returned ORDER BY account_number, id
), changed AS (
    UPDATE billing_grace c SET status = 'open', closed_on = NULL, closed_through = NULL, next_on = %(today)s,
           not_before = greatest(c.not_before, %(today)s::date + %(least_days)s)
    FROM one WHERE (c.account_number, c.id) = (one.account_number, one.id)
    RETURNING c.*
), noted AS (
    INSERT INTO billing_grace_step (account_number, case_id, position, step, taken_on, owed_cents, open_cents, actor)
    SELECT c.account_number, c.id, 1 + (SELECT max(position) FROM billing_grace_step s WHERE s.account_number = c.account_number AND s.case_id = c.id),
           'reopened', %(today)s, one.owed_cents, one.open_cents, %(actor)s
    FROM changed c JOIN one USING (account_number, id)
    RETURNING account_number, case_id, position
), audited AS (
    INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
    SELECT %(actor)s, 'grace.reopened', account_number, jsonb_build_object('case_id', id), '' FROM changed
)
SELECT c.account_number, c.id,
       letters_write(c.account_number, NULL, 'grace_reopened', 'grace:' || c.id || ':' || n.position,
                     billing_grace_letter(row(c.*)::billing_grace, one.owed_cents, one.open_cents), %(today)s, %(actor)s) AS letter_id
FROM changed c JOIN one USING (account_number, id)
JOIN noted n ON n.account_number = c.account_number AND n.case_id = c.id
