"""Grace by kind of coverage and state. Pure; `docs/billing/` tells the whole with its sources."""

from openmember.billing.grace.rules.moving import (
    closed_through,
    ends_after,
    is_enough,
    is_insignificant,
    next_look,
    next_move,
)
from openmember.billing.grace.rules.opening import open_grace, regime_of, threshold_percent

__all__ = [
    "closed_through",
    "ends_after",
    "is_enough",
    "is_insignificant",
    "next_look",
    "next_move",
    "open_grace",
    "regime_of",
    "threshold_percent",
]
