"""Paying with nothing but a bill pay number."""
