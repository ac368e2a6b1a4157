"""What is kept of a dispute against what its log comes to under the rulebook. No database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from openmember.grievances.course import standing
from openmember.grievances.kept import Clock, Columns, clocks_of, columns_of
from openmember.grievances.recomputing.types import Way, What
from openmember.grievances.types import BadCourse, Event, Standing

Key = tuple[int, str, str]


@dataclass(frozen=True, slots=True)
class Kept:
    """A dispute as it is kept, with its log."""

    id: int
    case_id: int
    law: str
    place: str
    events: int
    columns: Columns
    clocks: Mapping[Key, Clock]
    log: Sequence[Event]


@dataclass(frozen=True, slots=True)
class Found:
    """What the rulebook says of a dispute. `moved` are dates that change, `gone` clocks that are no more."""

    kept: Kept
    standing: Standing
    columns: Columns
    clocks: tuple[Clock, ...]
    gone: tuple[Key, ...]
    moved: tuple[tuple[What, Way], ...]

    @property
    def has_columns(self) -> bool:
        return self.columns != self.kept.columns


class Unfit(Exception):
    """The rulebook of now would not have taken the log of a dispute."""


def compare(kept: Kept) -> Found | None:
    """Return what is not kept as the rulebook says, or None. `clocks` are those to write. Errors: Unfit."""
    try:
        now = standing(kept.log)
    except BadCourse as refused:
        raise Unfit(refused.name) from refused
    columns, said = columns_of(now), clocks_of(now)
    clocks = tuple(one for one in said if kept.clocks.get(one[:3]) != one)
    gone: tuple[Key, ...] = ()
    if len(said) != len(kept.clocks) or clocks:
        gone = tuple(kept.clocks.keys() - {one[:3] for one in said})
    if not clocks and not gone and columns == kept.columns:
        return None
    return Found(kept, now, columns, clocks, gone, tuple(_moved(kept, clocks, gone)))


def _moved(kept: Kept, clocks: Sequence[Clock], gone: Sequence[Key]) -> list[tuple[What, Way]]:
    found = []
    for one in clocks:
        before = kept.clocks.get(one.key)
        way = way_of(before.due_at if before else None, one.due_at)
        if way is not None and one.met_at is None:
            found.append((What(one.clock_id, one.step, kept.law, kept.place), way))
    for key in gone:
        before = kept.clocks[key]
        if before.met_at is None and before.due_at is not None:
            found.append((What(before.clock_id, before.step, kept.law, kept.place), Way.NONE))
    return found


def way_of(before: datetime | None, after: datetime | None) -> Way | None:
    """Return where a date goes, or None when it stays."""
    if before == after:
        return None
    if before is None:
        return Way.NEW
    if after is None:
        return Way.NONE
    return Way.EARLIER if after < before else Way.LATER
