"""A member's disputes: filing one, following it, and going on to the next level."""
