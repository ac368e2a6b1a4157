"""Requests for an interpreter as surfaces see them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from openmember.members.needs.types import InterpreterMode, Relay


class State(StrEnum):
    """Where a request stands."""

    ASKED = "asked"
    ASSIGNED = "assigned"
    DONE = "done"
    UNAVAILABLE = "unavailable"  # none was to be had; asking again is another request
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        return self in {State.ASKED, State.ASSIGNED}


@dataclass(frozen=True, slots=True)
class Appointment:
    """When and where somebody is seen. `reference` is what the system of appointments calls it."""

    starts_at: datetime
    place: str
    reference: str = ""


@dataclass(frozen=True, slots=True)
class NewRequest:
    """What is asked: for a contact that runs, or else for an appointment of a member.

    `sent_as` is its form's own key: sent again, it is the same request.
    """

    language: str
    mode: InterpreterMode
    relay: Relay | None = None
    interaction_id: int | None = None
    member_id: int | None = None
    appointment: Appointment | None = None
    sent_as: str = ""


class UnknownRequest(Exception):
    """There is no such request, or none of the actor's regions or contacts."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it stands."""

    id: int
    member_id: int | None
    interaction_id: int | None
    region: str
    language: str
    mode: InterpreterMode
    relay: Relay | None
    appointment: Appointment | None
    state: State
    agency: str
    interpreter: str
    reason: str
    asked_at: datetime
    changed_at: datetime
