"""Unidentified receipts: money that came, and nobody could say for whom."""
