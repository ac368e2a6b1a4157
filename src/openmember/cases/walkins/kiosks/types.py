"""Kiosks as surfaces see them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A device that gives numbers. `is_due`: its mark is of another day and is to be renewed."""

    id: int
    office: str
    made_at: datetime
    made_by: str
    seen_at: datetime
    is_due: bool = False
