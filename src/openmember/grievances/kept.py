"""What is kept of a dispute beside its log: what that comes to, in the order of the tables' columns."""

from datetime import datetime
from typing import NamedTuple

from openmember.grievances.types import Standing


class Columns(NamedTuple):
    """The columns of `grievances_dispute` that follow its log."""

    matter: str
    care: str
    level: str
    speed: str
    outcome: str
    is_open: bool
    is_tolled: bool
    tolled_at: datetime | None
    tolled_until: datetime | None
    due_step: str
    due_at: datetime | None


class Clock(NamedTuple):
    """A row of `grievances_clock`, without its dispute and without who was told of it."""

    visit: int
    level: str
    step: str
    whose: str
    clock_id: str
    started_at: datetime
    due_at: datetime | None
    met_at: datetime | None
    lapse: str

    @property
    def key(self) -> tuple[int, str, str]:
        return self[:3]


def columns_of(found: Standing) -> Columns:
    """Return the columns of a dispute."""
    due = found.next_due
    return Columns(
        found.track.matter.value, found.track.care.value, found.level.value, found.speed.value,
        found.decision.outcome.value if found.decision else "", found.is_open, found.is_tolled,
        found.pause.since if found.pause else None, found.pause.ends_at if found.pause else None,
        due.step.value if due else "", due.due_at if due else None,
    )  # fmt: skip


def clocks_of(found: Standing) -> list[Clock]:
    """Return the clocks of a dispute."""
    return [
        Clock(
            one.visit, one.level.value, one.step.value, one.whose.value, one.governs.clock.id,
            one.governs.started_at, one.governs.due_at, one.met_at, one.lapse.value,
        )
        for one in found.clocks
    ]  # fmt: skip
