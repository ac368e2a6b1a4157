-- Take up what premium corrections of a range gave back: as a payment out of code 1900, for the bills of the
-- months that were billed too high, then, with all other credit, for any. Its key makes a repeat harmless.
-- %(month)s  the month billed    %(first)s, %(next)s  the range    %(order)s, %(actor)s  as for any payment
WITH taken AS MATERIALIZED (
    SELECT c.account_number, c.issued_on,
           payments_post(c.account_number, 'premium-credit:' || to_char(c.covers, 'YYYY-MM'), c.amount_cents, 'transfer', 'desk', c.bills,
                         %(order)s, c.issued_on, 'premium', %(actor)s) AS payment
    FROM billing_premium_credit c
    WHERE c.covers = %(month)s AND c.account_number >= %(first)s AND c.account_number < %(next)s
    ORDER BY c.account_number
)
SELECT count(*) FROM taken WHERE (taken.payment).payment_id IS NOT NULL
