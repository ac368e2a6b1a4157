"""The JSON API for apps: everything a member can do for their account, bills and payments, at /api/v1."""
