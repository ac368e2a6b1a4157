"""Contacts: one on one channel, with whom, when, about what."""
