"""Queues: what waits, in which order, and who takes what."""
