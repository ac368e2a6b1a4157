"""Hand-overs as other rooms see them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where an offer stands."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Offer:
    """What whoever takes over is told, so that the member never repeats the story.

    Shape: to a team, a person of it where `to_user_id` is set, or its supervisors. `summary` is the story,
           `tried` what was done so far, `document_ids` the files to look at.
    """

    to_team: str
    reason: str
    summary: str
    tried: str = ""
    is_warm: bool = False
    to_user_id: int | None = None
    to_supervisor: bool = False
    document_ids: tuple[int, ...] = ()
    interaction_id: int | None = None


@dataclass(frozen=True, slots=True)
class Transfer:
    """An offer of a case, with its context and what became of it."""

    id: int
    case_id: int
    case_number: str
    subject: str
    interaction_id: int | None
    is_warm: bool
    from_team: str
    from_user_id: int | None
    from_name: str
    to_team: str
    to_user_id: int | None
    to_supervisor: bool
    region: str
    reason: str
    summary: str
    tried: str
    document_ids: tuple[int, ...]
    verified_at: datetime | None
    verified_factors: tuple[str, ...]
    state: State
    offered_at: datetime
    expires_at: datetime
    answered_at: datetime | None
    answered_name: str
    refusal: str
    three_way: str
