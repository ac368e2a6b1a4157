"""What the board shows, as surfaces see it. Each figure is defined in docs/board.md, and there only."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from openmember.cases.board.forecasting import Backtest
from openmember.cases.board.staffing import Outlook


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose work is looked at: teams and regions, the empty one of each being that of no team or region yet."""

    teams: tuple[str, ...]
    regions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole days of each region's own calendar, from one to before another, or up to a moment of today."""

    first: date
    until: date
    sinces: tuple[datetime, ...]
    untils: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Queue:
    """What waits for a team now, and who of it is there."""

    team: str
    waiting: int = 0
    waiting_since: datetime | None = None
    present: int = 0
    busy: int = 0
    open: int = 0
    nobodys: int = 0
    nobodys_since: datetime | None = None
    soon: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Service:
    """How contacts were answered. `measured` are those answered whose wait is known, `wait_seconds` its sum."""

    team: str
    offered: int
    answered: int
    measured: int
    in_time: int
    abandoned: int
    waiting: int
    wait_seconds: int

    @property
    def level(self) -> float | None:
        """Answered in time, of those answered after a known wait, or given up; None where there was none."""
        over = self.measured + self.abandoned
        return self.in_time / over if over else None

    @property
    def abandonment(self) -> float | None:
        over = self.answered + self.abandoned
        return self.abandoned / over if over else None

    @property
    def mean_wait(self) -> int | None:
        return round(self.wait_seconds / self.measured) if self.measured else None


@dataclass(frozen=True, slots=True)
class Resolution:
    """First contacts and those that were enough; known contacts and those that repeat an earlier one."""

    team: str
    firsts: int
    settled: int
    known: int
    repeats: int

    @property
    def first_contact(self) -> float | None:
        return self.settled / self.firsts if self.firsts else None

    @property
    def repeated(self) -> float | None:
        return self.repeats / self.known if self.known else None


@dataclass(frozen=True, slots=True)
class HalfHour:
    """What came in one half hour of one day. `half` counts from midnight."""

    day: date
    half: int
    offered: int
    measured: int
    abandoned: int
    wait_seconds: int
    waited_seconds: int
    handled: int
    handling_seconds: int


@dataclass(frozen=True, slots=True)
class Cell:
    """An hour of a weekday (0 is Monday): how many were answered, and how long each waited on average."""

    weekday: int
    hour: int
    measured: int
    wait_seconds: int


@dataclass(frozen=True, slots=True)
class Day:
    """Cases opened and settled on a day."""

    day: date
    opened: int
    settled: int


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact behind a figure: what happened, and not whose it was."""

    id: int
    team: str
    region: str
    channel: str
    topic: str
    outcome: str
    representative: str
    arrived_at: datetime
    zone: str
    wait_seconds: int
    is_answered: bool
    case_numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of a team, whether they are there now, and how many promised calls they have to make."""

    id: int
    name: str
    location: str
    is_present: bool
    calls: int


@dataclass(frozen=True, slots=True)
class Work:
    """One case behind a figure."""

    number: str
    subject: str
    team: str
    region: str
    owner_name: str
    due_at: datetime | None

    @property
    def answer_by(self) -> datetime | None:
        """The last minute in time, as people say it."""
        return self.due_at - timedelta(minutes=1) if self.due_at else None


@dataclass(frozen=True, slots=True)
class Staffing:
    """One half hour to come: calls expected, and what keeps the target. None: more people than anybody has."""

    half: int
    calls: float
    outlook: Outlook | None


@dataclass(frozen=True, slots=True)
class Plan:
    """A day to come by half hour, and what it was worked out from.

    `handling_seconds` is None where no contact has ended yet: then nobody can say how many people.
    `patience_seconds` is None where too few gave up to know it: then the model is Erlang C.
    """

    on: date
    halves: tuple[Staffing, ...]
    from_days: tuple[date, ...]
    handling_seconds: float | None
    patience_seconds: float | None
    backtest: Backtest | None

    @property
    def calls(self) -> float:
        return sum(half.calls for half in self.halves)
