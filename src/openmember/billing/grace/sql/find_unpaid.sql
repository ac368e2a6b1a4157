-- Accounts with a premium due and not paid enough, whose case is not open: the oldest such month of each.
-- %(today)s  the day      %(since)s  no month before this one counts
-- %(thresholds)s  jsonb, the percentage that is enough by kind of coverage, 100 where none is named
-- %(limit)s  at most so many accounts at once, so that a sweep that is killed loses little
-- The spans' index has the default collation, and could not be used with the account's.
-- Repeatable: an account with an open case, or whose month was dealt with, is not found again.
CREATE TEMPORARY TABLE grace_unpaid ON COMMIT DROP AS
SELECT oldest.*,
       -- Nothing was billed before in this stretch of coverage, and it does not go on from another.
       coalesce(began.starts_on > oldest.covers - 120
           AND NOT EXISTS (SELECT FROM billing_premium earlier
                           WHERE earlier.account_number = oldest.billed_as AND earlier.covers < oldest.covers
                             AND earlier.covers >= date_trunc('month', began.starts_on))
           AND NOT EXISTS (SELECT FROM coverage_span before
                           WHERE before.account_number = oldest.billed_as COLLATE "default" AND before.coverage_type = oldest.coverage_type
                             AND NOT before.canceled AND before.starts_on < began.starts_on AND before.ends_on >= began.starts_on - 31), false) AS is_first,
       -- Who was covered before anything was billed here is taken to have paid.
       NOT EXISTS (SELECT FROM billing_premium earlier WHERE earlier.account_number = oldest.billed_as AND earlier.covers < oldest.covers)
       OR EXISTS (SELECT FROM billing_premium whole
               CROSS JOIN LATERAL billing_find_moved(whole.account_number, whole.bill_month, whole.bill_id) b
               WHERE whole.account_number = oldest.billed_as AND whole.covers < oldest.covers
               GROUP BY whole.covers HAVING sum(b.open_cents) = 0 AND sum(b.amount_cents + b.adjusted_cents) > 0) AS had_full_month
FROM (
    SELECT DISTINCT ON (account_number) * FROM (
        (SELECT DISTINCT ON (p.account_number) p.account_number, p.account_number AS billed_as, p.covers::date AS covers,
                p.coverage_type::text AS coverage_type, p.state, p.aptc_cents > 0 AS has_aptc, b.issued_on, b.due_on
         FROM ledger_balance owing
         JOIN billing_premium p ON p.account_number = owing.account_number AND p.covers BETWEEN %(since)s AND %(today)s
         JOIN billing_bill b ON (b.account_number, b.month, b.id) = (p.account_number, p.bill_month, p.bill_id)
         WHERE owing.premium_cents > 0 AND owing.unsettled_since <= %(today)s
           AND b.open_cents > 0 AND NOT b.held AND NOT p.withheld AND b.due_on < %(today)s
           AND (b.amount_cents + b.adjusted_cents - b.open_cents) * 100
               < coalesce((%(thresholds)s::jsonb ->> p.coverage_type)::numeric, 100) * (b.amount_cents + b.adjusted_cents)
           AND NOT EXISTS (SELECT FROM billing_grace c WHERE c.account_number = p.account_number
                           AND (c.status = 'open' OR c.closed_through >= p.covers))
         ORDER BY p.account_number, p.covers
         LIMIT %(limit)s)
        UNION ALL
        -- What moved here from a joined account, and was not dealt with there or here since.
        (SELECT m.account_number, m.origin_account, m.covers::date, m.coverage_type::text, m.state, m.aptc_cents > 0, b.issued_on, b.due_on
         FROM billing_moved_premium m
         JOIN billing_bill b ON (b.account_number, b.month, b.id) = (m.account_number, m.bill_month, m.bill_id)
         CROSS JOIN LATERAL (
             SELECT sum(amount_cents + adjusted_cents) AS asked_cents, sum(open_cents) AS open_cents
             FROM billing_find_moved(m.origin_account, m.origin_month, m.origin_bill)
         ) whole
         WHERE m.covers BETWEEN %(since)s AND %(today)s
           AND b.open_cents > 0 AND NOT b.held AND NOT m.withheld AND b.due_on < %(today)s
           AND (whole.asked_cents - whole.open_cents) * 100 < coalesce((%(thresholds)s::jsonb ->> m.coverage_type)::numeric, 100) * whole.asked_cents
           AND NOT EXISTS (SELECT FROM billing_grace c WHERE c.account_number = m.account_number AND c.status = 'open')
           AND NOT EXISTS (SELECT FROM billing_grace c WHERE c.account_number = m.account_number AND c.coverage_type = m.coverage_type
                           AND c.closed_through >= m.covers AND c.closed_on >= m.moved_on)
           AND NOT EXISTS (SELECT FROM billing_grace c JOIN accounts_account a ON a.number = c.account_number
                           WHERE (c.account_number = m.origin_account OR a.merged_into = m.account_number)
                             AND c.status = 'terminated' AND c.coverage_type = m.coverage_type AND c.closed_through >= m.covers))
    ) unpaid
    ORDER BY account_number, covers
) oldest
LEFT JOIN LATERAL (
    SELECT min(s.starts_on) AS starts_on FROM coverage_span s
    WHERE s.account_number = oldest.billed_as COLLATE "default" AND s.coverage_type = oldest.coverage_type AND NOT s.canceled
      AND s.starts_on < oldest.covers + interval '1 month' AND (s.ends_on IS NULL OR s.ends_on >= oldest.covers)
) began ON true
