"""A change of law: what it would move of the open work, and moving it, in one batch that can be broken off."""
