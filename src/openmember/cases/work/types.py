"""Queues as surfaces see them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from openmember.cases.types import Case, Priority, Status
from openmember.members.types import Actor


@dataclass(frozen=True, slots=True)
class Place:
    """Where one page of a queue ended; the next begins after it. `due_at` None is without one."""

    priority: int
    due_at: datetime | None
    id: int

    @staticmethod
    def of(case: Case) -> "Place":
        return Place(int(case.priority), case.due_at, case.id)

    def as_text(self) -> str:
        """Return the place for an address: it names no member."""
        due = f"{self.due_at.timestamp():.6f}" if self.due_at else ""
        return f"{self.priority}_{due}_{self.id}"

    @staticmethod
    def of_text(text: str) -> "Place | None":
        """Return the place an address names; None where it names none."""
        try:
            priority, due, identity = text.split("_")
            moment = datetime.fromtimestamp(float(due), UTC) if due else None
            return Place(int(priority), moment, int(identity))
        except (ValueError, OverflowError, OSError):
            return None


@dataclass(frozen=True, slots=True)
class Filter:
    """What of a queue to show. Empty means everything the reader may see."""

    teams: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    status: Status | None = None
    category: str = ""
    language: str = ""
    priority: Priority | None = None
    only_mine: bool = False
    only_unowned: bool = False
    due_before: datetime | None = None


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of a queue, and where the next begins; None where this is the last."""

    cases: tuple[Case, ...]
    next: Place | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What somebody pulled: a contact they are in now, a promised call to make, or a case that is theirs.

    `waiter` is one who waited in another room's line, by that room's id.
    """

    contact_id: int | None = None
    waiter: int | None = None
    case_id: int | None = None
    case_number: str = ""
    callback_id: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for somebody's teams: people, since when the first, calls to make now, cases nobody has."""

    people: int
    since: datetime | None
    calls: int
    cases: int


@dataclass(frozen=True, slots=True)
class Closed:
    """A team that does not work now, and when it opens."""

    team: str
    opens_at: datetime


@dataclass(frozen=True, slots=True)
class Puller:
    """Who asks for work. Who has waited since `any_language_before` may be taken in any language."""

    actor: Actor
    teams: Collection[str]
    languages: Collection[str]
    any_language_before: datetime
    now: datetime


class Line(Protocol):
    """People who wait for a person in a room above, and are pulled with those who wait here."""

    def take_first(self, puller: Puller, *, before: datetime | None) -> int | None:
        """Give the puller who has waited longest, of those who came before a moment; return the room's id.

        Within the caller's transaction; those whom somebody else takes at this moment are stepped over.
        """
