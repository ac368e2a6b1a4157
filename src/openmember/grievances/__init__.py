"""Grievances, coverage requests and appeals: what a member disputes, on the clocks the law sets."""
