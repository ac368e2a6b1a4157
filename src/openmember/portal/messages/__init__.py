"""Secure messages: a member's threads with the teams, new ones, drafts, and how they are told."""
