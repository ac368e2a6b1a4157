-- Plan the next automatic payment of every mandate that has something coming due, and return how many.
-- %(today)s  the day of planning      %(until)s  what is due by this day is planned for
-- %(days)s, %(changed)s, %(same)s, %(bank_changed)s, %(bank_same)s  for each due day the day to draw it: with a
--            notice first or without, by card or from a bank
-- Repeatable: each bill and each instalment is drawn for once. What a mandate that ended had only planned is the
-- next one's: who gives a new card does not mean to leave that bill out. A bill that was in dispute on its day is
-- drawn for when that is over.
WITH standing AS (
    SELECT m.id AS mandate_id, m.account_number, m.method, m.cap_cents, m.what
    FROM payments_mandate m JOIN accounts_account a ON a.number = m.account_number AND a.merged_into IS NULL
    WHERE m.status = 'active'
), bill AS (
    SELECT m.mandate_id, m.account_number, m.method, m.cap_cents, b.id, b.due_on, b.open_cents
    FROM standing m
    JOIN ledger_balance balance USING (account_number)
    JOIN billing_bill b ON b.account_number = m.account_number
        AND b.month BETWEEN balance.unsettled_since AND balance.billed_until
    WHERE b.open_cents > 0 AND NOT b.held AND b.plan_id IS NULL AND b.due_on <= %(until)s
      AND (m.what = 'everything' OR b.line = 'premium')
      AND NOT EXISTS (SELECT 1 FROM payments_draw_item i JOIN payments_draw d ON d.id = i.draw_id
                      WHERE i.account_number = b.account_number AND i.key = 'bill:' || b.id
                        AND (d.status <> 'skipped' OR d.reason <> 'ended' OR d.mandate_id = m.mandate_id)
                        AND (d.status <> 'not_needed' OR d.reason <> 'held'))
), instalment AS (
    SELECT m.mandate_id, m.account_number, m.method, m.cap_cents, p.id AS plan_id, i.due_on, i.amount_cents,
           'plan:' || p.id || ':' || p.version || ':' || i.position AS key
    FROM standing m
    JOIN billing_plan p ON p.account_number = m.account_number AND p.status = 'active' AND m.what = 'everything'
    JOIN billing_plan_instalment i ON i.account_number = p.account_number AND i.plan_id = p.id AND i.version = p.version
    WHERE i.due_on BETWEEN %(today)s AND %(until)s
      AND NOT EXISTS (SELECT 1 FROM payments_draw_item item JOIN payments_draw d ON d.id = item.draw_id
                      WHERE item.account_number = p.account_number AND item.key = 'plan:' || p.id || ':' || p.version || ':' || i.position
                        AND (d.status <> 'skipped' OR d.reason <> 'ended' OR d.mandate_id = m.mandate_id))
), due AS (
    SELECT mandate_id, account_number, method, NULL::bigint AS plan_id, greatest(min(due_on), %(today)s::date) AS due_on,
           least(sum(open_cents), cap_cents)::bigint AS amount_cents, array_agg(id ORDER BY due_on, id) AS bill_ids,
           array_agg('bill:' || id) AS keys
    FROM bill GROUP BY mandate_id, account_number, method, cap_cents
    UNION ALL
    SELECT mandate_id, account_number, method, plan_id, due_on, least(amount_cents, cap_cents), '{}', ARRAY[key] FROM instalment
), known AS (
    SELECT nextval(pg_get_serial_sequence('payments_draw', 'id')) AS id, due.*, (
        SELECT d.amount_cents FROM payments_draw d
        WHERE d.account_number = due.account_number AND d.mandate_id = due.mandate_id AND d.status IN ('requested', 'paid')
          AND d.plan_id IS NOT DISTINCT FROM due.plan_id
        ORDER BY d.draw_on DESC, d.id DESC LIMIT 1) AS last_cents
    FROM due
), day AS (
    SELECT * FROM unnest(%(days)s::date[], %(changed)s::date[], %(same)s::date[], %(bank_changed)s::date[], %(bank_same)s::date[])
        AS day (due_on, changed, same, bank_changed, bank_same)
), made AS (
    INSERT INTO payments_draw (id, account_number, mandate_id, plan_id, due_on, draw_on, amount_cents, last_cents, is_noticed,
                               bill_ids, status, reason, created_at)
    SELECT id, account_number, mandate_id, plan_id, due_on,
           CASE WHEN amount_cents IS DISTINCT FROM last_cents
                THEN CASE method WHEN 'ach' THEN bank_changed ELSE changed END
                ELSE CASE method WHEN 'ach' THEN bank_same ELSE same END END,
           amount_cents, last_cents, amount_cents IS DISTINCT FROM last_cents, bill_ids, 'planned', '', now()
    FROM known JOIN day USING (due_on)
    RETURNING id
), itemised AS (
    INSERT INTO payments_draw_item (account_number, key, draw_id)
    SELECT account_number, unnest(keys), id FROM known JOIN day USING (due_on)
    ON CONFLICT (account_number, key) DO UPDATE SET draw_id = excluded.draw_id
)
SELECT count(*) AS planned FROM made
