"""Asking for payments, and taking them."""
