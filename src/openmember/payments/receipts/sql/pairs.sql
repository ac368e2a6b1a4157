-- Accounts somebody confirmed for these payers. %(payers)s  as payments_receipt_pair writes them. What is said for more
-- than three accounts is no payer: it is the name of a bank's service.
SELECT payer, account_number FROM (
    SELECT p.payer, coalesce(a.merged_into, a.number)::text AS account_number, count(*) OVER (PARTITION BY p.payer) AS accounts
    FROM payments_receipt_pair p JOIN accounts_account a ON a.number = p.account_number WHERE p.payer = ANY (%(payers)s::text[])
) known WHERE accounts <= 3
