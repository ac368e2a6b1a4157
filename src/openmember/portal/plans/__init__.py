"""Paying medical bills over time: the offers, the agreement, and the page of a plan."""
