"""Premium runs and rates as other rooms see them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from openmember.coverage.types import CoverageType


class RunState(StrEnum):
    """Where a run stands. Previews end `previewed`; a run that would change too much ends `stopped`."""

    PRICING = "pricing"
    WRITING = "writing"
    DONE = "done"
    PREVIEWED = "previewed"
    STOPPED = "stopped"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class PlanTotal:
    """What a run asks for one plan. `adjusted_cents` corrects months billed before; `before_cents` is what
    the last month that was billed asked, corrections included."""

    coverage_type: CoverageType
    plan: str
    coverages: int
    gross_cents: int
    aptc_cents: int
    share_cents: int
    adjusted_cents: int
    before_cents: int = 0

    @property
    def total_cents(self) -> int:
        return self.share_cents + self.adjusted_cents

    @property
    def change_cents(self) -> int:
        return self.total_cents - self.before_cents


@dataclass(frozen=True, slots=True)
class Unpriced:
    """Coverage no rate is known for; its accounts were not billed."""

    coverage_type: CoverageType
    plan: str
    level: str
    area: str
    spans: int


@dataclass(frozen=True, slots=True)
class Run:
    """A premium run or a preview of one. Cents are what members and sponsors are asked for."""

    id: int
    month: date
    state: RunState
    is_preview: bool
    reason: str
    actor: str
    started_at: datetime
    ended_at: datetime | None
    ranges: int
    priced: int
    written: int
    bills: int
    billed_cents: int
    credits: int
    credited_cents: int
    share_cents: int
    adjusted_cents: int

    @property
    def total_cents(self) -> int:
        """What the run comes to, whether it is written or not."""
        return self.share_cents + self.adjusted_cents

    @property
    def is_open(self) -> bool:
        return self.state in {RunState.PRICING, RunState.WRITING}

    @property
    def percent(self) -> int:
        """How far the run has come: pricing is the first third of it, as it takes."""
        if not self.ranges or not self.is_open:
            return 100
        return (self.priced + 2 * self.written) * 100 // (3 * self.ranges)


@dataclass(frozen=True, slots=True)
class Variance:
    """A month's total against that of the last month billed, which is None before the first."""

    month: date
    total_cents: int
    before_month: date | None
    before_cents: int

    @property
    def change_bps(self) -> int | None:
        """The change in basis points of the month before; None where there is nothing to compare with."""
        if self.before_month is None or self.before_cents == 0:
            return None
        return (self.total_cents - self.before_cents) * 10_000 // abs(self.before_cents)


@dataclass(frozen=True, slots=True)
class Rate:
    """What a plan costs a month in one area: for a tier of family, or where `tier` is empty for each person
    from `age_from` to `age_to`, both included and None without a bound. `ends_on` is the last day."""

    plan: str
    area: str
    tier: str
    age_from: int | None
    age_to: int | None
    starts_on: date
    ends_on: date | None
    amount_cents: int


@dataclass(frozen=True, slots=True)
class RatesTaken:
    """What importing rates did. `touched` accounts are looked into again for months billed already."""

    rows: int
    changed: int
    unchanged: int
    touched: int
