"""Presence of people as surfaces see it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class DutyState(StrEnum):
    """Whether somebody is there for members, and what they do."""

    AVAILABLE = "available"
    IN_CONTACT = "in_contact"
    AFTER_CONTACT = "after_contact"  # writes down what the contact left to do
    BREAK = "break"
    AWAY = "away"


class BreakKind(StrEnum):
    """What a break is for."""

    REST = "rest"
    MEAL = "meal"
    TRAINING = "training"
    MEETING = "meeting"


class Cause(StrEnum):
    """Why a state began."""

    CHOSEN = "chosen"
    PULLED = "pulled"  # asked for the next piece of work
    CONTACT = "contact"
    CALL = "call"  # takes or makes a promised call
    UNSEEN = "unseen"  # their browser was not heard of any more


@dataclass(frozen=True, slots=True)
class Duty:
    """Where somebody's presence stands. Who never said anything is away."""

    state: DutyState = DutyState.AWAY
    break_kind: BreakKind | None = None
    cause: Cause | None = None
    since: datetime | None = None

    @property
    def is_here(self) -> bool:
        return self.state is not DutyState.AWAY


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody who is there, with the teams asked for that they work in, and how today went in seconds."""

    user_id: int
    name: str
    location: str
    teams: tuple[str, ...]
    duty: Duty
    today: dict[DutyState, int] = field(default_factory=dict)
