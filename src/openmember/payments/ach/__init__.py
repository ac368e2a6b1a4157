"""Bank debits: bank accounts kept sealed, files to the banks, and what the banks send back."""
