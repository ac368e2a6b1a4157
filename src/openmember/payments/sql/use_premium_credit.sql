-- Put the credit of the accounts a run just billed, or gave something back, on their open bills.
-- %(month)s  the month billed    %(first)s, %(next)s  the range    %(order)s, %(actor)s  as for any payment
-- Few accounts hold credit: they come first, so that the bills of all the others are not looked up.
WITH held AS MATERIALIZED (
    SELECT account_number FROM ledger_balance
    WHERE account_number >= %(first)s AND account_number < %(next)s AND credit_cents > 0
), billed AS (
    SELECT p.account_number, b.issued_on
    FROM held JOIN billing_premium p ON p.account_number = held.account_number AND p.covers = %(month)s
    JOIN billing_bill b ON b.account_number = p.account_number AND b.month = p.bill_month AND b.id = p.bill_id
    UNION ALL
    SELECT account_number, issued_on FROM billing_premium_credit
    WHERE covers = %(month)s AND account_number >= %(first)s AND account_number < %(next)s
), used AS MATERIALIZED (
    SELECT account_number, payments_use_credit(account_number, %(order)s, issued_on, %(actor)s) AS cents FROM billed
), told AS (
    INSERT INTO kernel_audit_entry (actor, action, account_number, detail, digest)
    SELECT %(actor)s, 'credit.use', account_number, jsonb_build_object('cents', cents), '' FROM used WHERE cents > 0
)
SELECT count(*) FILTER (WHERE cents > 0) AS accounts, coalesce(sum(cents), 0)::bigint AS cents FROM used
