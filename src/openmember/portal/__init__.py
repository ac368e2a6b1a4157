"""The member portal: the account, its bills, paying as a member or a guest, signing in."""
