"""Unpaid premiums of the account: each case, its dates with their rules, and what people decide."""
