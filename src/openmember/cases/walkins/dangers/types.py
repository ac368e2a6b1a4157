"""Danger in a room as surfaces see it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Danger:
    """Somebody typed at the office that somebody is in danger, and nobody has looked yet.

    `is_overdue`: nobody has looked for as long as the policy allows, or nobody was there at all.
    """

    id: int
    office: str
    kind: str
    at: datetime
    is_overdue: bool
