"""Counting attempts, so that numbers cannot be guessed. What is counted is kept only as a keyed hash."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.crypto import salted_hmac

from openmember.kernel.sql import fetch_all


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts of a kind in a window of so many seconds."""

    scope: str
    limit: int
    window_seconds: int


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
    """Count one attempt as `is_allowed` does, and say what is left of the window."""
    return count_all(value, [Limit(scope, limit, window_seconds)])[0]


def count_all(value: str, limits: Sequence[Limit]) -> list[Count]:
    """Count one attempt on `value` against several limits at once, in one statement, in their order."""
    rows = fetch_all(
        "SELECT taken, resets_in FROM unnest(%(buckets)s::text[], %(seconds)s::integer[])"
        " WITH ORDINALITY AS asked(bucket, seconds, place),"
        " LATERAL kernel_throttle_take(bucket, seconds) ORDER BY place",
        {
            "buckets": [_bucket(one.scope, value) for one in limits],
            "seconds": [one.window_seconds for one in limits],
        },
    )
    return [
        Count(int(row.taken), one.limit, max(int(row.resets_in), 1))
        for row, one in zip(rows, limits, strict=True)
    ]


def give_back(*counted: tuple[str, str]) -> None:
    """Uncount one attempt in each of these scopes on its value: what is limited there is failures."""
    fetch_all(
        "UPDATE kernel_throttle SET count = count - 1 WHERE bucket = ANY(%(buckets)s) AND count > 0",
        {"buckets": [_bucket(scope, value) for scope, value in counted]},
    )


def _bucket(scope: str, value: str) -> str:
    hashed = salted_hmac("openmember.throttle." + scope, value, algorithm="sha256").hexdigest()
    return f"{scope}:{hashed}"
