-- Accounts that were never billed.
INSERT INTO ledger_balance (account_number) SELECT number FROM accounts_account ORDER BY number
