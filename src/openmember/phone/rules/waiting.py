"""How long a caller will wait for a person."""

from math import ceil

# What one call takes while nobody has measured it.
USUAL_SECONDS = 6 * 60


def wait_minutes(*, ahead: int, average_seconds: float | None, people: int) -> int:
    """Return whole minutes until somebody is free, for the next caller after `ahead` others."""
    each = USUAL_SECONDS if average_seconds is None else average_seconds
    return ceil(ahead * each / max(people, 1) / 60)
