"""Promised calls as other rooms see them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """What became of a promise to call."""

    PROMISED = "promised"
    KEPT = "kept"
    UNREACHED = "unreached"  # we called in time, as often as we promised, and reached nobody
    BROKEN = "broken"
    CANCELLED = "cancelled"


class Reached(StrEnum):
    """How one attempt went."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"
    BUSY = "busy"
    WRONG_NUMBER = "wrong_number"


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when we call; the end is exclusive."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call that was tried."""

    number: int
    at: datetime
    outcome: Reached
    note: str
    actor_name: str


@dataclass(frozen=True, slots=True)
class Callback:
    """A promise to call, in a window in the member's own zone."""

    id: int
    case_id: int
    case_number: str
    subject: str
    member_id: int | None
    team: str
    region: str
    zone: str
    language: str
    phone: str
    window: Window
    assignee_id: int | None
    assignee_name: str
    state: State
    promised_at: datetime
    promised_name: str
    settled_at: datetime | None
    alarmed_at: datetime | None
    reason: str
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class Kept:
    """How promises of a stretch of time were kept. Those that still run are not counted."""

    team: str
    kept: int
    unreached: int
    broken: int
    cancelled: int

    @property
    def kept_percent(self) -> int | None:
        """Of those that were due, how many were kept; None where none was due."""
        due = self.kept + self.unreached + self.broken
        return round(100 * (self.kept + self.unreached) / due) if due else None
