"""Bills: what is owed, for what, until when, and how much of it is still open."""
