"""Counting attempts, so that numbers cannot be guessed. What is counted is kept only as a keyed hash."""

from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from openmember.kernel.sql import fetch_one


@dataclass(frozen=True, slots=True)
class Count:
    """How often something was done in a window, of how often it may be."""

    count: int
    limit: int
    resets_in_seconds: int

    @property
    def is_allowed(self) -> bool:
        return self.count <= self.limit

    @property
    def remaining(self) -> int:
        return max(self.limit - self.count, 0)


def is_allowed(*, scope: str, value: str, limit: int, window_seconds: int) -> bool:
    """Count one attempt on `value` and return whether it is within `limit` for the window.

    Windows are fixed, not sliding: at most twice the limit passes around a window's edge.
    """
    return count(scope=scope, value=value, limit=limit, window_seconds=window_seconds).is_allowed


def count(*, scope: str, value: str, limit: int, window_seconds: int) -> Count:
    """Count one attempt as `is_allowed` does, and say what is left of the window. One statement."""
    bucket = salted_hmac("openmember.throttle." + scope, value, algorithm="sha256").hexdigest()
    row = fetch_one(
        "SELECT taken, resets_in FROM kernel_throttle_take(%(bucket)s, %(seconds)s)",
        {"bucket": f"{scope}:{bucket}", "seconds": window_seconds},
    )
    return Count(int(row.taken), limit, max(int(row.resets_in), 1))
