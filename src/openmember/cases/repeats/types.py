"""Needs that come again and again, as other rooms see them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """Who sees it through: the owner of the cases, or a case manager beside the teams."""

    OWNER = "owner"
    CASE_MANAGER = "case_manager"


class State(StrEnum):
    """Where a proposal stands."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Repeat:
    """One member with one topic, too often. Accepted, its owner is the single point of contact."""

    id: int
    member_id: int
    topic: str
    state: State
    interaction_ids: tuple[int, ...]
    found_at: datetime
    region: str
    team: str
    kind: Kind | None
    owner_id: int | None
    owner_name: str
    decided_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class ContactPoint:
    """The one person a member can ask for."""

    owner_id: int
    owner_name: str
    location: str
    topic: str
    kind: Kind
