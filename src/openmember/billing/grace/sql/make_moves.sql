-- Take the steps that were decided: the cases, their history, the audit, and the letters.
-- %(moves)s  jsonb, one object a case      %(today)s      %(actor)s
WITH move AS (
    SELECT * FROM jsonb_to_recordset(%(moves)s) AS m (
        account_number text, id bigint, step text, status text, rule text, due_on date, last_on date, next_on date,
        letter text, owed_cents bigint, open_cents bigint, closed_through date)
), changed AS (
    UPDATE billing_grace c SET
        status = m.status,
        last_on = coalesce(m.last_on, c.last_on),
        next_on = m.next_on,
        pended_on = CASE m.step WHEN 'pended' THEN %(today)s ELSE c.pended_on END,
        warned_on = CASE m.step WHEN 'warned' THEN %(today)s ELSE c.warned_on END,
        shortfall_on = CASE m.step WHEN 'shortfall' THEN %(today)s ELSE c.shortfall_on END,
        closed_on = CASE WHEN m.status <> 'open' THEN %(today)s END,
        closed_through = m.closed_through
    FROM move m
    WHERE c.account_number = m.account_number AND c.id = m.id AND c.status = 'open'
    RETURNING c.*
), noted AS (
    INSERT INTO billing_grace_step (account_number, case_id, position, step, taken_on, rule, due_on, owed_cents, open_cents, actor)
    SELECT c.account_number, c.id, 1 + (SELECT max(position) FROM billing_grace_step s WHERE s.account_number = c.account_number AND s.case_id = c.id),
           m.step, %(today)s, m.rule, m.due_on, m.owed_cents, m.open_cents, %(actor)s
    FROM changed c JOIN move m USING (account_number, id)
    RETURNING account_number, case_id, position
), audited AS (
    INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
    SELECT %(actor)s, 'grace.' || m.step, c.account_number, jsonb_build_object('case_id', c.id, 'rule', m.rule), ''
    FROM changed c JOIN move m USING (account_number, id)
)
SELECT c.account_number, c.id, m.step,
       CASE WHEN m.letter <> '' THEN
           letters_write(c.account_number, NULL, m.letter, 'grace:' || c.id || ':' || n.position,
                         billing_grace_letter(row(c.*)::billing_grace, m.owed_cents, m.open_cents), %(today)s, %(actor)s) END AS letter_id
FROM changed c JOIN move m USING (account_number, id)
JOIN noted n ON n.account_number = c.account_number AND n.case_id = c.id
