-- Everyone on their own account.
INSERT INTO accounts_person (account_number, member_id, relationship) SELECT number, holder_id, 'holder' FROM accounts_account
