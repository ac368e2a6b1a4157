"""Promises in time: the rule, the calendar it is counted on, and what happened to it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Unit(StrEnum):
    """What a promise of our own counts; the law's clocks have the rulebook's units."""

    HOUR = "hour"
    BUSINESS_HOUR = "business_hour"
    CALENDAR_DAY = "calendar_day"
    BUSINESS_DAY = "business_day"


class ClockEventKind(StrEnum):
    """What can happen to a clock."""

    STARTED = "clock_started"
    PAUSED = "clock_paused"
    RESUMED = "clock_resumed"
    EXTENDED = "clock_extended"
    CHANGED = "clock_changed"
    STOPPED = "clock_stopped"


@dataclass(frozen=True, slots=True)
class Rule:
    """How long: a clock of the rulebook by its id, or so many units of our own."""

    clock_id: str = ""
    length: int = 0
    unit: Unit | None = None

    def as_json(self) -> dict[str, object]:
        if self.clock_id:
            return {"clock_id": self.clock_id}
        return {"length": self.length, "unit": str(self.unit)}

    @staticmethod
    def of_json(kept: Mapping[str, object]) -> "Rule":
        if kept.get("clock_id"):
            return Rule(clock_id=str(kept["clock_id"]))
        return Rule(length=int(str(kept["length"])), unit=Unit(str(kept["unit"])))


@dataclass(frozen=True, slots=True)
class Hours:
    """When a team works, in its own zone: on these days (0 is Monday), from one full hour to another.

    `jurisdiction` says whose holidays close it; an empty one that none do.
    """

    zone: str
    days: tuple[int, ...]
    opens: int
    closes: int
    jurisdiction: str = "US"

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    def as_json(self) -> dict[str, object]:
        return {
            "zone": self.zone,
            "days": list(self.days),
            "opens": self.opens,
            "closes": self.closes,
            "jurisdiction": self.jurisdiction,
        }

    @staticmethod
    def of_json(kept: Mapping[str, object]) -> "Hours":
        days = kept["days"]
        return Hours(
            zone=str(kept["zone"]),
            days=tuple(int(day) for day in days) if isinstance(days, list) else (),
            opens=int(str(kept["opens"])),
            closes=int(str(kept["closes"])),
            jurisdiction=str(kept["jurisdiction"]),
        )


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """One thing that happened to a clock.

    Shape:  STARTED carries the rule and the hours it is counted on, so that a later edit of the data moves no
            promise that was made. CHANGED carries a new rule, counted from the same start; the promise does
            not move later unless `loosens`. EXTENDED carries `added`, in the rule's own unit (days for months).
    """

    at: datetime
    kind: ClockEventKind
    rule: Rule | None = None
    hours: Hours | None = None
    added: int = 0
    loosens: bool = False


@dataclass(frozen=True, slots=True)
class ClockState:
    """A clock as its events leave it. `due_at` is the first moment at which it is late; None while paused."""

    rule: Rule
    hours: Hours
    started_at: datetime
    due_at: datetime | None
    paused_at: datetime | None = None
    stopped_at: datetime | None = None
    paused_for: timedelta = timedelta()

    @property
    def is_running(self) -> bool:
        return self.stopped_at is None and self.paused_at is None

    @property
    def was_met(self) -> bool | None:
        """Whether it was stopped in time; None while it runs."""
        if self.stopped_at is None:
            return None
        return self.due_at is None or self.stopped_at < self.due_at

    def is_late(self, now: datetime) -> bool:
        """Return whether it has run out and nobody stopped it before."""
        until = self.stopped_at or now
        return self.due_at is not None and until >= self.due_at
