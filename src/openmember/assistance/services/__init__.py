"""Applying, sending documents, deciding."""
