"""Secure messages: what a member and a team write to each other about one case."""
