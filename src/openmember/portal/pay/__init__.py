"""Paying in three steps, for members and for guests: what, how, check. Then the payment's own page."""
