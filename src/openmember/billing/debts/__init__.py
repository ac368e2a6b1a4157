"""Bills that are not paid: what may be collected and when, bad debts, write-offs and their recovery."""
