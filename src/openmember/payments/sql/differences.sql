-- Every difference between payments, what they settle, and the ledger.
WITH allocated AS (
    SELECT account_number, payment_id, sum(amount_cents) AS cents FROM payments_allocation GROUP BY 1, 2
), settled AS (
    SELECT account_number, bill_month, bill_id, sum(amount_cents) AS cents FROM payments_allocation GROUP BY 1, 2, 3
), pair AS (
    SELECT account_number, payment_id, bill_id, sum(amount_cents) AS cents
    FROM payments_allocation GROUP BY 1, 2, 3 HAVING sum(amount_cents) < 0
), cash AS (
    -- What each payment brought in and took out, over every code money stands on, and what a state has a claim to.
    SELECT account_number, split_part(reference, ':', 2)::bigint AS payment_id,
           sum(amount_cents * ((debit IN (1010, 1020, 1030, 1040, 1050, 1900, 2060))::int - (credit IN (1010, 1020, 1030, 1040, 1050, 1900, 2060))::int)) AS cents
    FROM ledger_transfer WHERE reference LIKE 'payment:%' GROUP BY 1, 2
), refund AS (
    SELECT account_number, payment_id,
           coalesce(sum(amount_cents) FILTER (WHERE status = 'sent'), 0) AS sent,
           coalesce(sum(amount_cents) FILTER (WHERE status <> 'failed'), 0) AS set_aside,
           coalesce(sum(amount_cents) FILTER (WHERE status = 'requested'), 0) AS waiting
    FROM payments_refund GROUP BY 1, 2
), payment AS (
    SELECT p.*, status IN ('accepted', 'settled', 'refunded') AS stands,
           coalesce(a.cents, 0) AS allocated, coalesce(c.cents, 0) AS cash,
           coalesce(r.sent, 0) AS sent, coalesce(r.set_aside, 0) AS set_aside, coalesce(r.waiting, 0) AS waiting
    FROM payments_payment p
    LEFT JOIN allocated a ON (a.account_number, a.payment_id) = (p.account_number, p.id)
    LEFT JOIN cash c ON (c.account_number, c.payment_id) = (p.account_number, p.id)
    LEFT JOIN refund r ON (r.account_number, r.payment_id) = (p.account_number, p.id)
)
SELECT 'payment' AS check_name, account_number,
       format('payment %s of %s cents: %s on bills, %s credit, %s refunded', id, amount_cents, allocated, unapplied_cents, refunded_cents) AS explanation
FROM payment
WHERE CASE WHEN stands THEN amount_cents <> allocated + unapplied_cents + refunded_cents ELSE allocated <> 0 OR unapplied_cents <> 0 END
UNION ALL
SELECT 'payment cash', account_number,
       format('payment %s (%s) should stand at %s cents of money, the ledger has %s', id, status,
              CASE WHEN stands THEN amount_cents - sent ELSE waiting END, cash)
FROM payment
WHERE cash <> CASE WHEN stands THEN amount_cents - sent ELSE waiting END
UNION ALL
SELECT 'payment missing', c.account_number, format('the ledger tells of payment %s, which is not there', c.payment_id)
FROM cash c LEFT JOIN payments_payment p ON (p.account_number, p.id) = (c.account_number, c.payment_id)
WHERE p.id IS NULL
UNION ALL
SELECT 'payment refunds', account_number,
       format('payment %s says %s cents were refunded, its refunds add up to %s', id, refunded_cents, set_aside)
FROM payment WHERE refunded_cents <> set_aside
UNION ALL
SELECT 'allocation', account_number, format('payment %s takes %s cents more off bill %s than it gave', payment_id, -cents, bill_id) FROM pair
UNION ALL
SELECT 'bill', b.account_number,
       format('bill %s has %s cents open; %s billed, %s adjusted, %s settled', b.id, b.open_cents, b.amount_cents, b.adjusted_cents, coalesce(s.cents, 0))
FROM billing_bill b
LEFT JOIN settled s ON (s.account_number, s.bill_month, s.bill_id) = (b.account_number, b.month, b.id)
WHERE b.open_cents <> b.amount_cents + b.adjusted_cents - coalesce(s.cents, 0)
UNION ALL
SELECT 'credit', b.account_number, format('credit is %s cents, payments hold %s', b.credit_cents, coalesce(p.cents, 0))
FROM ledger_balance b
LEFT JOIN (SELECT account_number, sum(unapplied_cents) AS cents FROM payments_payment GROUP BY 1) p USING (account_number)
WHERE b.credit_cents <> coalesce(p.cents, 0)
UNION ALL
SELECT 'refunds payable', b.account_number, format('refunds payable are %s cents, refunds waiting add up to %s', b.refunds_cents, coalesce(r.cents, 0))
FROM ledger_balance b
LEFT JOIN (
    SELECT account_number, sum(amount_cents) AS cents FROM (
        SELECT account_number, amount_cents::bigint FROM payments_refund WHERE status = 'requested'
        -- What goes back to senders nobody could identify is under no member's number.
        UNION ALL SELECT 'HOUSE', amount_cents FROM payments_receipt_act WHERE kind = 'return' AND state = 'made'
    ) payable GROUP BY 1
) r USING (account_number)
WHERE b.refunds_cents <> coalesce(r.cents, 0)
UNION ALL
SELECT 'dispute', d.account_number, format('dispute %s is %s and took %s cents, payment %s keeps %s for it', d.id, d.state, d.taken_cents, d.payment_id, coalesce(r.cents, 0))
FROM payments_dispute d
JOIN payments_payment p ON (p.account_number, p.id) = (d.account_number, d.payment_id)
LEFT JOIN (SELECT account_number, dispute_id, sum(amount_cents) AS cents FROM payments_refund WHERE dispute_id IS NOT NULL AND status = 'sent' GROUP BY 1, 2) r
    ON (r.account_number, r.dispute_id) = (d.account_number, d.id)
WHERE coalesce(r.cents, 0) <> CASE WHEN d.state = 'won' AND p.status NOT IN ('returned', 'voided') THEN 0 ELSE d.taken_cents END
UNION ALL
SELECT 'dispute bills', d.account_number, format('dispute %s took %s cents and opened bills by %s', d.id, d.taken_cents, parts.cents)
FROM payments_dispute d
JOIN (SELECT account_number, dispute_id, sum(amount_cents) AS cents FROM payments_dispute_part GROUP BY 1, 2) parts
    ON (parts.account_number, parts.dispute_id) = (d.account_number, d.id)
WHERE parts.cents > d.taken_cents
ORDER BY 2, 1, 3
