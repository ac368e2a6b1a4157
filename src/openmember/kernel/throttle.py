"""Counting attempts, so that numbers cannot be guessed. What is counted is kept only as a keyed hash."""

from django.utils.crypto import salted_hmac

from openmember.kernel.sql import fetch_one


def is_allowed(*, scope: str, value: str, limit: int, window_seconds: int) -> bool:
    """Count one attempt on `value` and return whether it is within `limit` for the window.

    Windows are fixed, not sliding: at most twice the limit passes around a window's edge.
    """
    bucket = salted_hmac("openmember.throttle." + scope, value, algorithm="sha256").hexdigest()
    row = fetch_one(
        "SELECT kernel_throttle_count(%(bucket)s, %(seconds)s) AS count",
        {"bucket": f"{scope}:{bucket}", "seconds": window_seconds},
    )
    return bool(row.count <= limit)
