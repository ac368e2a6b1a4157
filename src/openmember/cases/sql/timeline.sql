-- What happened around an account, the newest first: each kind walks its own index back from a place.
-- %(numbers)s %(ids)s          the account's numbers, and the members on it
-- %(kinds)s                    which kinds
-- %(at)s %(kind)s %(id)s       the place to go on after; 'infinity' for the first page
-- %(limit)s                    one more than a page
SELECT * FROM (
    (SELECT 'payment' AS kind, id, created_at AS at, NULL::bigint AS member_id, method || '' AS what, amount_cents, status || '' AS state, '' AS number, '' AS category
     FROM payments_payment
     WHERE account_number = ANY (%(numbers)s) AND 'payment' = ANY (%(kinds)s)
       AND (created_at, 'payment', id) < (%(at)s::timestamptz, %(kind)s, %(id)s::bigint)
     ORDER BY created_at DESC, id DESC LIMIT %(limit)s)
    UNION ALL
    (SELECT 'bill', id, created_at, member_id, title, amount_cents, CASE WHEN open_cents > 0 THEN 'open' ELSE 'settled' END, '', ''
     FROM billing_bill
     WHERE account_number = ANY (%(numbers)s) AND 'bill' = ANY (%(kinds)s)
       AND (created_at, 'bill', id) < (%(at)s::timestamptz, %(kind)s, %(id)s::bigint)
     ORDER BY created_at DESC, id DESC LIMIT %(limit)s)
    UNION ALL
    (SELECT 'case', id, opened_at, member_id, subject, NULL, status, number, category
     FROM cases_case
     WHERE member_id = ANY (%(ids)s) AND merged_into IS NULL AND 'case' = ANY (%(kinds)s)
       AND (opened_at, 'case', id) < (%(at)s::timestamptz, %(kind)s, %(id)s::bigint)
     ORDER BY opened_at DESC, id DESC LIMIT %(limit)s)
    UNION ALL
    (SELECT 'contact', id, arrived_at, member_id, channel, NULL, outcome, representative_name, ''
     FROM cases_interaction
     WHERE member_id = ANY (%(ids)s) AND 'contact' = ANY (%(kinds)s)
       AND (arrived_at, 'contact', id) < (%(at)s::timestamptz, %(kind)s, %(id)s::bigint)
     ORDER BY arrived_at DESC, id DESC LIMIT %(limit)s)
    UNION ALL
    (SELECT 'letter', id, written_at, member_id, kind, NULL, coalesce(delivery, ''), coalesce(content ->> 'subject', ''), ''
     FROM letters_letter
     WHERE account_number = ANY (%(numbers)s) AND 'letter' = ANY (%(kinds)s)
       AND (written_at, 'letter', id) < (%(at)s::timestamptz, %(kind)s, %(id)s::bigint)
     ORDER BY written_at DESC, id DESC LIMIT %(limit)s)
    UNION ALL
    (SELECT 'interpreter', id, asked_at, member_id, language, NULL, state, mode, ''
     FROM cases_interpreter
     WHERE member_id = ANY (%(ids)s) AND 'interpreter' = ANY (%(kinds)s)
       AND (asked_at, 'interpreter', id) < (%(at)s::timestamptz, %(kind)s, %(id)s::bigint)
     ORDER BY asked_at DESC, id DESC LIMIT %(limit)s)
) AS happened
ORDER BY at DESC, kind DESC, id DESC LIMIT %(limit)s
