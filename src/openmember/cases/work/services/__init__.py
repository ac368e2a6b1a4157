"""Who gets what of the work that waits, and what becomes of it when a team closes."""
