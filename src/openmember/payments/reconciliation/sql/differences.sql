-- Every cent of a side that is in no entry, and every match that does not hold. One row a difference.
WITH run AS (
    SELECT max(day) AS until, max(at) AS at FROM payments_recon_run
), book AS (
    SELECT t.account_number, t.reference, t.kind, t.effective_on AS day, side.code, sum(side.cents)::bigint AS cents,
           coalesce(sum(side.cents) FILTER (WHERE t.recorded_at <= run.at), 0)::bigint AS cents_then
    FROM ledger_transfer t CROSS JOIN run CROSS JOIN LATERAL (VALUES (t.debit::smallint, t.amount_cents::bigint), (t.credit::smallint, -t.amount_cents)) AS side (code, cents)
    WHERE t.effective_on <= run.until AND t.kind NOT IN ('settlement', 'recon') AND side.code IN (1010, 1020, 1030, 1040, 1050)
    GROUP BY 1, 2, 3, 4, 5
), loaded AS (
    SELECT account_number, reference, kind, day, code, sum(amount_cents)::bigint AS cents
    FROM payments_recon_entry WHERE side = 'books' GROUP BY 1, 2, 3, 4, 5
), held AS (
    SELECT m.id, m.state, m.posted_cents, m.transfer_id, payments_recon_gap(array_agg(p.entry_id)) AS gap,
           count(*) AS parts, count(*) FILTER (WHERE e.match_id = m.id) AS standing
    FROM payments_recon_match m JOIN payments_recon_part p ON p.match_id = m.id JOIN payments_recon_entry e ON e.id = p.entry_id GROUP BY m.id
)
SELECT 'reconciled books' AS check_name, account_number, format('%s of %s on code %s is %s cents, its entries %s', kind, day, code, coalesce(b.cents, 0), coalesce(l.cents, 0)) AS explanation
FROM book b FULL JOIN loaded l USING (account_number, reference, kind, day, code)
WHERE coalesce(l.cents, 0) <> coalesce(b.cents, 0) AND coalesce(l.cents, 0) <> coalesce(b.cents_then, 0)
UNION ALL
SELECT 'reconciled bank', NULL, format('line %s of %s is %s cents, its entry %s', l.position, l.day, l.amount_cents, coalesce(e.amount_cents::text, 'is missing'))
FROM payments_bank_line l JOIN run ON l.day <= run.until
JOIN LATERAL (SELECT currency, taken_at FROM payments_bank_day d WHERE (d.bank, d.account, d.day) = (l.bank, l.account, l.day) ORDER BY revision DESC LIMIT 1) d ON d.currency = 'USD'
LEFT JOIN payments_recon_entry e ON e.source = concat_ws(':', 'bank', l.bank, l.account, l.day, l.position)
WHERE l.withdrawn_in IS NULL AND d.taken_at <= run.at AND (e.amount_cents IS DISTINCT FROM l.amount_cents OR e.withdrawn)
UNION ALL
SELECT 'bank day', NULL, format('%s of the account ending %s has lines of %s cents, %s was stated', d.day, right(d.account, 4), coalesce(l.cents, 0), d.credit_cents - d.debit_cents)
FROM (SELECT DISTINCT ON (bank, account, day) * FROM payments_bank_day ORDER BY bank, account, day, revision DESC) d
LEFT JOIN (SELECT bank, account, day, sum(amount_cents) AS cents FROM payments_bank_line WHERE withdrawn_in IS NULL GROUP BY 1, 2, 3) l USING (bank, account, day)
WHERE coalesce(l.cents, 0) <> d.credit_cents - d.debit_cents
UNION ALL
SELECT 'payout', NULL, format('payout %s is %s cents, its lines make %s', p.id, p.amount_cents, coalesce(l.cents, 0))
FROM payments_payout p
LEFT JOIN (SELECT gateway, payout_id, sum(amount_cents - fee_cents) AS cents FROM payments_payout_line GROUP BY 1, 2) l ON (l.gateway, l.payout_id) = (p.gateway, p.id)
WHERE coalesce(l.cents, 0) <> p.amount_cents
UNION ALL
SELECT 'match', NULL, format('match %s: its sides differ by %s cents, %s was posted', id, gap, posted_cents) FROM held WHERE state IN ('made', 'waiting') AND gap <> posted_cents
UNION ALL
SELECT 'match', NULL, format('match %s is %s, and holds %s of its %s entries', id, state, standing, parts)
FROM held WHERE standing <> CASE WHEN state IN ('made', 'waiting') THEN parts ELSE 0 END
UNION ALL
SELECT 'match', NULL, format('entry %s says it is in match %s, which does not hold it', e.id, e.match_id)
FROM payments_recon_entry e LEFT JOIN payments_recon_part p ON p.entry_id = e.id AND p.match_id = e.match_id
WHERE e.match_id IS NOT NULL AND p.entry_id IS NULL
UNION ALL
SELECT 'match posting', NULL, format('match %s is %s for %s cents, the books hold %s for it', m.id, m.state, m.posted_cents, coalesce(t.cents, 0))
FROM payments_recon_match m
LEFT JOIN (SELECT reference, sum(amount_cents * ((debit = 1010)::int - (credit = 1010)::int)) AS cents FROM ledger_transfer WHERE account_number = 'HOUSE' AND kind = 'recon' GROUP BY 1) t
    ON t.reference = 'match:' || m.id
WHERE coalesce(t.cents, 0) <> CASE m.state WHEN 'made' THEN m.posted_cents ELSE 0 END
UNION ALL
SELECT 'settlement', account_number, format('the bank confirmed payment %s, and %s cents of it stand in clearing', payment_id, cents) FROM payments_recon_unmoved()
ORDER BY 2, 1, 3
