"""Clocks, amounts and deadlines as other rooms see them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum


class BadRulebook(Exception):
    """A data file of the rulebook breaks its own form. The message names file, row and column."""


class UnknownRule(Exception):
    """The rulebook has no clock or amount of this id."""


class NotInForce(Exception):
    """The rulebook knows the amount, but not for that day."""


class BadStart(ValueError):
    """A clock cannot run from this; the message says what it needs."""


class Confidence(StrEnum):
    """How sure the rulebook is of a figure; `docs/rules/README.md` says what each word promises."""

    VERIFIED = "verified"
    VERIFIED_OLD = "verified-old"
    SECONDARY = "secondary"
    MEMORY = "memory"
    UNCERTAIN = "uncertain"


class Unit(StrEnum):
    """What a clock counts."""

    HOUR = "hour"
    CALENDAR_DAY = "calendar_day"
    BUSINESS_DAY = "business_day"
    CALENDAR_MONTH = "calendar_month"
    CALENDAR_YEAR = "calendar_year"
    GRACE_MONTH = "grace_month"
    MA_GRACE_MONTH = "ma_grace_month"
    CALENDAR_DAY_BEFORE = "calendar_day_before"
    BUSINESS_DAY_BEFORE = "business_day_before"
    CALENDAR_DAY_THEN_NEXT_BUSINESS_DAY = "calendar_day_then_next_business_day"
    NOON_NEXT_DAY = "noon_next_day"


class Roll(StrEnum):
    """What happens when the last day is not a business day."""

    NONE = "none"
    NEXT_BUSINESS_DAY = "next_business_day"


class Basis(StrEnum):
    """What starts a clock."""

    RECEIPT = "receipt"
    NOTICE = "notice"
    EVENT = "event"


class ClockActor(StrEnum):
    """Who must act in time, or may."""

    PLAN = "plan"
    MEMBER = "member"
    PATIENT = "patient"
    PROVIDER = "provider"
    HOSPITAL = "hospital"
    IRO = "iro"  # the independent review organisation
    IRE = "ire"  # Medicare's independent review entity
    REGULATOR = "regulator"
    PAYEE = "payee"
    RDFI = "rdfi"  # the member's bank
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline as the law gives it. `effective_to` is its last day; None while none is known."""

    id: str
    jurisdiction: str
    coverage: str
    kind: str
    step: str
    actor: ClockActor
    length: int
    unit: Unit
    basis: Basis
    roll: Roll
    extension: str
    citation: str
    confidence: Confidence
    source: str
    effective_from: date | None
    effective_to: date | None
    note: str

    def __hash__(self) -> int:
        """Of few parts, because clocks are looked up by themselves a million times in a run."""
        return hash((self.id, self.effective_from))

    def is_in_force(self, on: date) -> bool:
        """Return whether this is the law for what started on a day."""
        return (self.effective_from or on) <= on <= (self.effective_to or on)

    @property
    def rule(self) -> str:
        """The rule in a few words, such as `30 calendar days after receipt`."""
        if self.unit is Unit.NOON_NEXT_DAY:
            return f"noon of the day after {self.basis}"
        words = _UNIT_WORDS[self.unit]
        count = f"{self.length} {words[0] if self.length == 1 else words[1]} {words[2]}"
        rolled = ", moved to a business day" if self.roll is Roll.NEXT_BUSINESS_DAY else ""
        return count.format(basis=self.basis) + rolled


_UNIT_WORDS = {
    Unit.HOUR: ("hour", "hours", "after {basis}"),
    Unit.CALENDAR_DAY: ("calendar day", "calendar days", "after {basis}"),
    Unit.BUSINESS_DAY: ("business day", "business days", "after {basis}"),
    Unit.CALENDAR_MONTH: ("calendar month", "calendar months", "after {basis}"),
    Unit.CALENDAR_YEAR: ("calendar year", "calendar years", "after {basis}"),
    Unit.GRACE_MONTH: ("whole month", "whole months", "from the first unpaid one"),
    Unit.MA_GRACE_MONTH: (
        "whole month",
        "whole months",
        "from the later of the first unpaid month and the month after payment was requested",
    ),
    Unit.CALENDAR_DAY_BEFORE: ("calendar day", "calendar days", "before {basis}"),
    Unit.BUSINESS_DAY_BEFORE: ("business day", "business days", "before {basis}"),
    Unit.CALENDAR_DAY_THEN_NEXT_BUSINESS_DAY: (
        "calendar day",
        "calendar days",
        "after {basis}, then the next business day",
    ),
}


@dataclass(frozen=True, slots=True)
class Amount:
    """One figure as the law gives it; `unit` says what of (`usd`, `percent_at_least`, `usd_year`)."""

    id: str
    kind: str
    value: Decimal
    unit: str
    effective_from: date | None
    effective_to: date | None
    what: str
    citation: str
    confidence: Confidence
    note: str

    def is_in_force(self, on: date) -> bool:
        """Return whether this is the figure on a day."""
        return (self.effective_from or on) <= on <= (self.effective_to or on)

    @property
    def cents(self) -> int:
        """The figure in cents. Errors: ValueError when it is not of dollars."""
        if not self.unit.startswith("usd"):
            raise ValueError(f"{self.id} is in {self.unit}, not in dollars.")
        return int(self.value * 100)


@dataclass(frozen=True, slots=True)
class Due:
    """When a clock runs out: by the end of the day `on`, or at the moment `at`.

    `first` is the first day where the answer is a stretch of time, such as a period of grace.
    `in_force` is False when the rulebook has no row for the start and the nearest one was used.
    """

    clock: Clock
    start: str
    on: date
    at: datetime | None = None
    first: date | None = None
    in_force: bool = True

    @property
    def notation(self) -> str:
        """The answer as `openmember clock due` prints it."""
        if self.at is not None:
            zone = getattr(self.at.tzinfo, "key", "")
            return f"{self.at:%Y-%m-%dT%H:%M} {zone}".rstrip()
        return f"{self.first} to {self.on}" if self.first else str(self.on)

    def __str__(self) -> str:
        return self.notation
