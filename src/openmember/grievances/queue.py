"""The coordinators' queue: what the plan owes, by time left; what stands still; what others have."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from openmember.cases.work.queries import queue_reader, regions_of, teams_of
from openmember.cases.work.types import Filter
from openmember.grievances.types import Law, Level, Matter, Speed, Step
from openmember.kernel.sql import fetch_all, fetch_one, sql_text
from openmember.members.types import Actor, NotAllowed, Scope

SQL = Path(__file__).parent / "sql"
PAGE_SIZE = 50
COUNT_AT_MOST = 1000
SOON = timedelta(days=3)


class Where(StrEnum):
    """Which part of the queue."""

    DUE = "due"  # the plan owes something by a date
    TOLLED = "tolled"  # the clock stands still
    OUTSIDE = "outside"  # somebody else decides, and the plan owes nothing


@dataclass(frozen=True, slots=True)
class Asked:
    """What part of the queue somebody wants to see."""

    where: Where = Where.DUE
    matter: Matter | None = None
    level: Level | None = None
    law: Law | None = None
    speed: Speed | None = None
    only_mine: bool = False
    only_unowned: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ended; the next begins after it."""

    due_at: datetime | None
    id: int

    def as_text(self) -> str:
        return f"{self.due_at.timestamp() if self.due_at else 0:.6f}_{self.id}"

    @classmethod
    def of_text(cls, text: str) -> "Place | None":
        """Return the place of an address, or None where it is none."""
        due, _, identity = text.partition("_")
        if not identity.isdecimal() or len(identity) > 18 or len(due) > 40:
            return None
        try:
            return cls(datetime.fromtimestamp(float(due), UTC), int(identity))
        except (ValueError, OverflowError, OSError):
            return None


@dataclass(frozen=True, slots=True)
class Queued:
    """A dispute as its row of the queue shows it."""

    id: int
    case_number: str
    matter: Matter
    law: Law
    place: str
    level: Level
    speed: Speed
    is_tolled: bool
    due_step: Step | None
    due_at: datetime | None
    received_at: datetime
    zone: str
    owner_id: int | None
    owner_name: str
    region: str

    @property
    def answer_by(self) -> datetime | None:
        """The last minute in time, as people say it: `due_at` is the first moment that is late."""
        return self.due_at - timedelta(minutes=1) if self.due_at else None


@dataclass(frozen=True, slots=True)
class Counts:
    """How many wait where, each `COUNT_AT_MOST` at most."""

    late: int
    soon: int
    due: int
    tolled: int
    outside: int


@dataclass(frozen=True, slots=True)
class Page:
    rows: tuple[Queued, ...]
    next: Place | None


def list_queue(
    *, asked: Asked, actor: Actor, after: Place | None = None, size: int = PAGE_SIZE
) -> Page:
    """Return a page of the disputes the actor may work, the soonest due first. Errors: NotAllowed.

    Shape:  pages follow by place, so that a late one costs what the first does.
    """
    name = "queue.sql" if asked.where is Where.DUE else "still.sql"
    rows = fetch_all(sql_text(SQL / name), queue_values(asked, actor, after, size))
    found = tuple(_queued(row) for row in rows[:size])
    more = len(rows) > size
    return Page(found, Place(found[-1].due_at, found[-1].id) if more else None)


def queue_values(asked: Asked, actor: Actor, after: Place | None, size: int) -> dict[str, Any]:
    """Return what the statements of the queue are asked with. Errors: NotAllowed."""
    return {
        **reach_of(actor),
        "after_due": (after.due_at if after else None) or "-infinity",
        "after_id": after.id if after else 0,
        "tolled": asked.where is Where.TOLLED,
        "owner": actor.id if asked.only_mine else None,
        "unowned": asked.only_unowned,
        "matter": asked.matter and asked.matter.value,
        "level": asked.level and asked.level.value,
        "law": asked.law and asked.law.value,
        "speed": asked.speed and asked.speed.value,
        "limit": size + 1,
    }


def count_queue(*, actor: Actor, now: datetime) -> Counts:
    """Return how many wait where. Errors: NotAllowed."""
    values = {**reach_of(actor), "now": now, "soon": now + SOON, "most": COUNT_AT_MOST}
    row = fetch_one(sql_text(SQL / "counts.sql"), values)
    return Counts(row.late, row.soon, row.due, row.tolled, row.outside)


def list_open_of(*, member_ids: list[int], actor: Actor, limit: int = 5) -> tuple[Queued, ...]:
    """Return the open disputes of members, the next date first, as headlines. Errors: NotAllowed."""
    if not (actor.may(Scope.CONTACT) or actor.may(Scope.WORK_CASES)):
        raise NotAllowed(Scope.CONTACT)
    rows = fetch_all(
        "SELECT d.*, c.number, c.owner_id, c.owner_name, c.region FROM grievances_dispute d"
        " JOIN cases_case c ON c.id = d.case_id WHERE d.member_id = ANY (%(ids)s)"
        " AND (d.is_open OR d.due_at IS NOT NULL) ORDER BY d.due_at, d.id LIMIT %(limit)s",
        {"ids": member_ids, "limit": limit},
    )
    return tuple(_queued(row) for row in rows)


def reach_of(actor: Actor) -> dict[str, Any]:
    """Return the teams and regions whose disputes somebody sees. Errors: NotAllowed."""
    reader = queue_reader(actor=actor)
    return {"teams": teams_of(Filter(), reader), "regions": regions_of(Filter(), reader)}


def _queued(row: Any) -> Queued:
    return Queued(
        id=row.id, case_number=row.number, matter=Matter(row.matter), law=Law(row.law), place=row.place,
        level=Level(row.level), speed=Speed(row.speed), is_tolled=row.is_tolled,
        due_step=Step(row.due_step) if row.due_step else None, due_at=row.due_at,
        received_at=row.received_at, zone=row.zone, owner_id=row.owner_id, owner_name=row.owner_name,
        region=row.region,
    )  # fmt: skip
