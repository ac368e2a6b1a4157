"""Disputes told day by day on the member's pages and at the desk, from filing to their last level."""
