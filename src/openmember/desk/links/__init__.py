"""Payment links that are sent from the account that is open."""
