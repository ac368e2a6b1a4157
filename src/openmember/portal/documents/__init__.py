"""Statements and letters, in every form, and how a member wants to get them."""
