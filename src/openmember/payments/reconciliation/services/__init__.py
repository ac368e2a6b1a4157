"""Taking bank days and payouts, matching them with the books, and working what differs."""
