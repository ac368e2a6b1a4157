-- Hold the cases whose time runs out while a bill of theirs is in dispute: whenever the dispute ends, at least
-- %(least_days)s days are left. Repeatable: a case with that much time left is left alone.
-- %(today)s      %(least_days)s      %(days)s  held for so many days at a time      %(reason)s      %(actor)s
WITH held AS (
    UPDATE billing_grace c SET held_until = %(today)s::date + %(days)s, next_on = least(c.next_on, %(today)s::date + %(days)s + 1)
    WHERE c.status = 'open' AND greatest(c.last_on, c.not_before, c.held_until) < %(today)s::date + %(least_days)s
      AND billing_grace_is_disputed(c.account_number, c.coverage_type, c.unpaid_month, c.scope_until)
    RETURNING c.*
), noted AS (
    INSERT INTO billing_grace_step (account_number, case_id, position, step, taken_on, due_on, reason, actor)
    SELECT h.account_number, h.id, 1 + (SELECT max(position) FROM billing_grace_step s WHERE s.account_number = h.account_number AND s.case_id = h.id),
           'held', %(today)s, h.held_until, %(reason)s, %(actor)s
    FROM held h
), audited AS (
    INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
    SELECT %(actor)s, 'grace.held', account_number, jsonb_build_object('case_id', id, 'reason', %(reason)s::text), '' FROM held
)
SELECT count(*) AS cases FROM held
