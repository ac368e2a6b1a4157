"""Promises in time, worked out from the events of a case."""
