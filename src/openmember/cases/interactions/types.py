"""Contacts as other rooms see them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from openmember.cases.types import Channel
from openmember.members.needs.types import InterpreterMode, Relay

__all__ = [
    "Description", "Interaction", "InterpreterMode", "NewInteraction", "Outcome", "Relay", "SavedNotes",
]  # fmt: skip


class Outcome(StrEnum):
    """How a contact ended."""

    ANSWERED = "answered"
    CASE = "case"
    TRANSFERRED = "transferred"
    CALLBACK = "callback"
    REFERRED = "referred"  # to somewhere outside, such as 911 or another organisation
    ABANDONED = "abandoned"  # hung up or left before anybody answered
    NO_ANSWER = "no_answer"  # of a call we made


@dataclass(frozen=True, slots=True)
class NewInteraction:
    """What a contact begins with. `arrived_at` is when it began to wait, `now` where None.

    `is_waiting`: it waits for somebody to answer it, also where the staff begin it.
    """

    channel: Channel
    member_id: int | None = None
    account_number: str | None = None
    region: str = ""
    team: str = ""
    topic: str = ""
    need: str = ""
    language: str = ""
    interpreter_language: str = ""
    interpreter_mode: InterpreterMode | None = None
    relay: Relay | None = None
    is_outbound: bool = False
    arrived_at: datetime | None = None
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Description:
    """What is written down of a contact while it runs. None leaves what is known; an empty text wipes it.

    `relay`: an empty text is a voice call.
    """

    topic: str | None = None
    need: str | None = None
    team: str | None = None
    language: str | None = None
    interpreter_language: str | None = None
    interpreter_mode: InterpreterMode | None = None
    relay: Relay | Literal[""] | None = None


@dataclass(frozen=True, slots=True)
class Interaction:
    """One contact on one channel. The representative is copied as they were then."""

    id: int
    channel: Channel
    is_outbound: bool
    member_id: int | None
    account_number: str | None
    verified_at: datetime | None
    verified_factors: tuple[str, ...]
    user_id: int | None
    representative_name: str
    representative_location: str
    language: str
    interpreter_language: str
    interpreter_mode: InterpreterMode | None
    relay: Relay | None
    region: str
    team: str
    topic: str
    need: str
    notes: str
    notes_version: int
    outcome: Outcome | None
    arrived_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None

    @property
    def wait_seconds(self) -> int | None:
        """How long it waited for an answer; None where nobody has answered."""
        if self.answered_at is None:
            return None
        return int((self.answered_at - self.arrived_at).total_seconds())

    @property
    def is_verified(self) -> bool:
        return self.verified_at is not None


@dataclass(frozen=True, slots=True)
class SavedNotes:
    """One text of the notes that somebody saved. Where `is_kept` is not set, it lost to another's."""

    version: int
    is_kept: bool
    body: str
    author_name: str
    at: datetime
