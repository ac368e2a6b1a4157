"""The levels a dispute was at, each from when it received it: what the events of its log are read into."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from openmember.grievances.due import Began
from openmember.grievances.types import (
    Decision,
    Lapse,
    Level,
    Matter,
    Pause,
    Running,
    Speed,
    Step,
    Track,
)


@dataclass(frozen=True, slots=True)
class Visit:
    """A level from when it received the dispute."""

    number: int
    level: Level
    matter: Matter
    at: datetime
    speed: Speed
    expedited_at: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    extended_days: int = 0
    decision: Decision | None = None
    lapsed: Lapse = Lapse.NONE
    lapsed_at: datetime | None = None
    # Looked at again by the plan's own will: the law's clock for deciding was met, and none runs anew.
    is_again: bool = False
    done: tuple[tuple[Step, datetime], ...] = ()
    # Duties that were late when it was called something else: they stay late, whatever it is called.
    late: tuple[Running, ...] = ()
    # When the statement came that supports an exception of Part D.
    stated_at: datetime | None = None

    @property
    def is_tolled(self) -> bool:
        return bool(self.pauses) and self.pauses[-1].until is None

    def met(self, step: Step) -> datetime | None:
        return next((at for one, at in self.done if one is step), None)


@dataclass(frozen=True, slots=True)
class Course:
    track: Track
    zone: str
    received_at: datetime
    disputed: Began
    visits: tuple[Visit, ...]
    filed: tuple[tuple[Level, datetime], ...] = field(default=())

    @property
    def here(self) -> Visit:
        return self.visits[-1]

    @property
    def standing_visit(self) -> Visit:
        """The visit whose decision stands: while one is looked at again, that one still does."""
        if not self.here.is_again:
            return self.here
        return next(
            (one for one in reversed(self.visits) if not one.is_again or one.decision), self.here
        )

    def next_after(self, visit: Visit) -> Visit | None:
        """The visit to the next level, if it went there."""
        return next((one for one in self.visits[visit.number :] if not one.is_again), None)

    def with_here(self, **changes: object) -> "Course":
        return replace(self, visits=(*self.visits[:-1], replace(self.here, **changes)))  # type: ignore[arg-type]  # the fields of a visit
