"""Adds amounts up as they are written, so that a report keeps their decimals."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from .types import Dollars, Mismatch


def sum_as_written(amounts: Iterable[Dollars]) -> str:
    """Return the sum with as many decimals as the longest amount has: 34.00, 255, 0 of none."""
    return str(sum((Decimal(one.text) for one in amounts if one.text), Decimal(0)))


def mismatch(number: int, what: str, cents: int, element: str, stated_cents: int) -> Mismatch:
    """Return that `what` comes to `cents`, while an element says otherwise."""
    off = as_dollars(stated_cents - cents)
    said = as_dollars(stated_cents)
    message = f"{what} come to {as_dollars(cents)}, but {element} says {said}: {off} off."
    return Mismatch(number, message)


def as_dollars(cents: int) -> str:
    """Return cents as dollars, for a message."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02}"
