"""The timeline of the account that is open."""
