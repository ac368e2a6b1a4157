-- Holders who read on screen and were not told yet that this month's statement is waiting, by account.
SELECT s.account_number, s.language, u.email
FROM billing_statement s
JOIN members_user u ON u.member_id = s.holder_id AND u.is_active
LEFT JOIN billing_statement_notice n ON n.account_number = s.account_number AND n.month = s.month
WHERE s.month = %(month)s AND s.electronic AND n.account_number IS NULL AND s.account_number > %(after)s
ORDER BY s.account_number LIMIT %(limit)s
