"""Promised calls: a window, three attempts, kept or broken."""
