"""Queues as surfaces see them."""

from dataclasses import dataclass
from datetime import UTC, datetime

from openmember.cases.types import Case, Priority, Status


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
