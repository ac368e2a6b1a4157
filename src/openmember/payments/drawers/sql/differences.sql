-- Every drawer, deposit, void and paper receipt that the payments and the ledger do not bear out.
WITH over_short AS (
    SELECT reference, code, sum(cents)::bigint AS cents FROM (
        SELECT reference, debit::smallint AS code, amount_cents::bigint AS cents FROM ledger_transfer WHERE account_number = 'HOUSE' AND kind = 'over_short'
        UNION ALL
        SELECT reference, credit, -amount_cents FROM ledger_transfer WHERE account_number = 'HOUSE' AND kind = 'over_short') side
    WHERE code <> 5070 GROUP BY 1, 2
), counted AS (
    SELECT id, 'drawer:' || id AS reference, 'cash' AS method, payments_clearing('cash') AS code, expected_cash_cents AS expected, counted_cash_cents AS counted
    FROM payments_drawer WHERE counted_at IS NOT NULL
    UNION ALL
    SELECT id, 'drawer:' || id, 'check', payments_clearing('check'), expected_checks_cents, counted_checks_cents
    FROM payments_drawer WHERE counted_at IS NOT NULL
)
SELECT 'drawer' AS check_name, NULL AS account_number,
       format('drawer %s should have held %s cents of %s, its payments and voids make %s', id, expected, method, payments_drawer_expected(id, method)) AS explanation
FROM counted WHERE expected <> payments_drawer_expected(id, method)
UNION ALL
SELECT 'drawer count', NULL, format('%s is over by %s cents of %s, the ledger has %s', coalesce(c.reference, o.reference), c.counted - c.expected, c.method, coalesce(o.cents, 0))
FROM counted c FULL JOIN over_short o USING (reference, code)
WHERE coalesce(c.counted - c.expected, 0) <> coalesce(o.cents, 0)
UNION ALL
SELECT 'drawer payment', t.account_number,
       format('payment %s of %s cents (%s, %s) stands in drawer %s as %s cents of %s', p.id, p.amount_cents, p.method, p.channel, t.drawer_id, t.amount_cents, t.method)
FROM payments_drawer_payment t JOIN payments_payment p ON (p.account_number, p.id) = (t.account_number, t.payment_id)
WHERE (p.amount_cents::bigint, p.method::text, p.channel::text) <> (t.amount_cents::bigint, t.method::text, 'counter')
UNION ALL
SELECT 'counter payment', p.account_number, format('payment %s of %s cents (%s) was taken at a counter and lies in no drawer', p.id, p.amount_cents, p.method)
FROM payments_payment p WHERE p.channel = 'counter' AND p.method IN ('cash', 'check') AND p.created_at >= payments_counter_since()
  AND NOT EXISTS (SELECT 1 FROM payments_drawer_payment t WHERE (t.account_number, t.payment_id) = (p.account_number, p.id))
UNION ALL
SELECT 'drawer void', t.account_number, format('payment %s is %s, its void %s', p.id, p.status, coalesce(v.state, 'is not there'))
FROM payments_drawer_payment t JOIN payments_payment p ON (p.account_number, p.id) = (t.account_number, t.payment_id)
LEFT JOIN payments_drawer_void v ON (v.account_number, v.payment_id) = (t.account_number, t.payment_id) AND v.state <> 'rejected'
WHERE (p.status = 'voided') <> (coalesce(v.state, '') = 'agreed')
UNION ALL
SELECT 'deposit', NULL, format('deposit %s is %s cents of cash and %s of checks, its drawers bring %s and %s', d.id, d.cash_cents, d.checks_cents, bag.cash_cents, bag.checks_cents)
FROM payments_deposit d CROSS JOIN LATERAL payments_drawer_bag(array(SELECT id FROM payments_drawer WHERE deposit_id = d.id)) bag
WHERE (d.cash_cents, d.checks_cents) <> (bag.cash_cents, bag.checks_cents)
UNION ALL
SELECT 'deposit settlement', NULL, format('the bank confirmed %s, and %s cents of what it was over or short stand in clearing', reference, cents) FROM payments_drawer_uncleared()
UNION ALL
SELECT 'paper receipt', r.account_number, format('paper receipt %s is in no range that holds it', r.number)
FROM payments_paper_receipt r JOIN payments_paper_range g ON g.id = r.range_id WHERE r.number NOT BETWEEN g.first AND g.last
ORDER BY 2, 1, 3
