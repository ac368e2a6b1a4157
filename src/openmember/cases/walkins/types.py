"""Walk-ins as other rooms and surfaces see them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class State(StrEnum):
    """Where a ticket stands."""

    WAITING = "waiting"
    CALLED = "called"
    SERVED = "served"  # the person stands at the desk: a contact has begun
    MISSED = "missed"  # was called and did not come
    LEFT = "left"


class Need(StrEnum):
    """What somebody needs while they wait, said by themselves."""

    REST = "rest"  # waiting is hard: pain, standing, illness
    FETCH = "fetch"  # does not see the screen, or does not hear their number
    PRINT = "print"  # reads large print
    QUIET = "quiet"  # a room to talk without being heard


@dataclass(frozen=True, slots=True)
class NewWalkin:
    """What somebody says when they come. `language` is the one they want to speak.

    `sent_as` is its form's own key: sent again, it is the same ticket.
    """

    office: str
    language: str
    team: str
    need: str = ""
    typed: str = ""
    needs: frozenset[Need] = frozenset()
    sent_as: str = ""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One place in the room. `spoken` is what is called out and shown (`B 014`).

    `need` is what they wrote, and `member_id` whose number they typed, which proves nothing: for whoever works
    there, and empty where nobody asked for it.
    """

    id: int
    reference: str
    office: str
    on_day: date
    spoken: str
    interaction_id: int
    language: str
    team: str
    needs: frozenset[Need]
    typed: str
    state: State
    arrived_at: datetime
    place_at: datetime
    called_at: datetime | None
    calls: int
    user_id: int | None
    desk: int | None
    need: str = ""
    member_id: int | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """Everything about an office's day that whoever works there must see."""

    waiting: tuple[Ticket, ...]
    called: tuple[Ticket, ...]
    missed: tuple[Ticket, ...]
    served: int


@dataclass(frozen=True, slots=True)
class Called:
    """What the screen in the room shows: a number and a desk, and nothing of who it is."""

    spoken: str
    desk: int
    calls: int


@dataclass(frozen=True, slots=True)
class Screen:
    """Who is called now, the newest first, and how many wait."""

    called: tuple[Called, ...]
    waiting: int


class WalkinRefused(Exception):
    """A ticket cannot be given or moved. `name` is the situation."""

    def __init__(self, name: str) -> None:
        super().__init__(name.replace("_", " "))
        self.name = name
