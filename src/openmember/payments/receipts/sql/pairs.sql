-- Accounts somebody confirmed for these payers. %(payers)s  as payments_receipt_pair writes them
SELECT p.payer, coalesce(a.merged_into, a.number)::text AS account_number
FROM payments_receipt_pair p JOIN accounts_account a ON a.number = p.account_number WHERE p.payer = ANY (%(payers)s::text[])
