"""A carrier for people without one: it signs, asks the very webhooks a real one asks, and reads the markup."""
