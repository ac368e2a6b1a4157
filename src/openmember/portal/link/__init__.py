"""Paying what a representative asked for, by the link that was sent."""
