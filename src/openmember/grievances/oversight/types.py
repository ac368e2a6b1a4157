"""What whoever oversees disputes asks for, and what they are shown."""

from dataclasses import dataclass
from datetime import date, datetime

from openmember.grievances.types import Kind, Law, Level, Matter, Outcome, Speed, Step


@dataclass(frozen=True, slots=True)
class Asked:
    """Which disputes: received from a day to another, both included, of a law, a state, a matter."""

    since: date
    until: date
    law: Law | None = None
    place: str = ""
    matter: Matter | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """How dates of one kind were kept. Days are full ones from its start; `limit` is what the law gave.

    `waiting` are those whose date has not come. What was withdrawn before its date is in none.
    """

    name: str
    kept: int
    missed: int
    waiting: int
    median_days: int | None
    slow_days: int | None  # nine of ten took no longer
    limit_days: int | None

    @property
    def due(self) -> int:
        """How many had to be done by now, or are done."""
        return self.kept + self.missed

    @property
    def share(self) -> float | None:
        return self.kept / self.due if self.due else None


@dataclass(frozen=True, slots=True)
class Month:
    """A month of receipts."""

    month: date
    received: int
    open: int


@dataclass(frozen=True, slots=True)
class Decided:
    """How often a level came to an outcome for a reason."""

    level: Level
    code: str
    outcome: Outcome
    count: int


@dataclass(frozen=True, slots=True)
class Timeliness:
    """A period of receipts: every duty, decisions by law, state, matter, level and month, misses by cause."""

    received: int
    steps: tuple[Kept, ...]
    by: dict[str, tuple[Kept, ...]]
    months: tuple[Month, ...]
    decided: tuple[Decided, ...]
    causes: tuple[tuple[str, int], ...]

    @property
    def decisions(self) -> Kept | None:
        return next((one for one in self.steps if one.name == Step.DECIDE), None)


@dataclass(frozen=True, slots=True)
class Duty:
    """A date of the plan: when it began, was due and was met, and who was told of it when."""

    visit: int
    level: Level
    step: Step
    started_at: datetime
    due_at: datetime | None
    met_at: datetime | None
    warned_at: datetime | None
    missed_at: datetime | None

    def is_timely(self, now: datetime) -> bool | None:
        """Whether it was met in time; None while it still can be, or no date runs."""
        if self.due_at is None:
            return None
        if self.met_at is not None:
            return self.met_at < self.due_at
        return False if now >= self.due_at else None

    @property
    def days(self) -> int | None:
        """How many full days it took."""
        return (self.met_at - self.started_at).days if self.met_at else None


@dataclass(frozen=True, slots=True)
class Line:
    """One dispute of a universe. `decided` is what the plan decided first, `last` where it stands."""

    id: int
    case_number: str
    law: Law
    place: str
    matter: Matter
    level: Level
    speed: Speed
    zone: str
    channel: str
    asked_by: str
    received_at: datetime
    is_open: bool
    expedite_asked_at: datetime | None
    expedite_granted: bool | None
    extended_days: int
    duties: tuple[Duty, ...]
    decided_at: datetime | None
    outcome: Outcome | None
    notice_on: date | None
    delivered_on: date | None
    last_outcome: Outcome | None
    withdrawn_at: datetime | None = None
    withdrawn_visit: int = 0

    def duty(self, step: Step) -> Duty | None:
        """Return the first duty of a step."""
        return next((one for one in self.duties if one.step is step), None)

    def is_timely(self, step: Step, now: datetime) -> bool | None:
        """Whether the first duty of a step was met in time; what was withdrawn before its date is neither."""
        duty = self.duty(step)
        if duty is None or (duty.visit == self.withdrawn_visit and self._ended_before(duty)):
            return None
        return duty.is_timely(now)

    def _ended_before(self, duty: Duty) -> bool:
        ended_at = self.withdrawn_at
        return duty.due_at is None or ended_at is None or duty.due_at > ended_at


@dataclass(frozen=True, slots=True)
class Miss:
    """A date the plan missed, and why, once somebody said so."""

    dispute_id: int
    case_number: str
    law: Law
    place: str
    matter: Matter
    zone: str
    duty: Duty
    clock_id: str
    owner_name: str
    cause: str
    note: str
    noted_name: str
    noted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Audited:
    """One decision as it was written, by whom and on what; `taken_back` says that it was vacated."""

    event_id: int
    case_number: str
    law: Law
    place: str
    matter: Matter
    kind: Kind
    level: str
    outcome: str
    code: str
    criteria: str
    at: datetime
    zone: str
    actor: str
    actor_name: str
    roles: tuple[str, ...]
    specialties: tuple[str, ...]
    notice_on: str
    taken_back: bool
