"""Coverage as other rooms see it, and what taking an enrolment file did."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class CoverageType(StrEnum):
    """Through whom a member is covered; each has its own billing rules."""

    EXCHANGE = "exchange"
    DIRECT = "direct"
    EMPLOYER = "employer"
    COBRA = "cobra"
    MEDICARE = "medicare"


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of coverage. `ends_on` is its last day; None while no end is known."""

    insurance_line: str
    plan: str
    level: str
    group_number: str
    coverage_type: CoverageType
    starts_on: date
    ends_on: date | None = None
    id: int | None = None
    premium_cents: int | None = None
    aptc_cents: int | None = None
    member_share_cents: int | None = None
    rating_area: str = ""

    def is_open_on(self, day: date) -> bool:
        """Return whether the member is covered by this on a day."""
        return self.starts_on <= day and (self.ends_on is None or day <= self.ends_on)


@dataclass(frozen=True, slots=True)
class NotApplied:
    """An instruction that a person has to look at; nothing of it was applied, and it is kept."""

    segment_number: int
    reason: str
    message: str


@dataclass(slots=True)
class Effects:
    """What applying a file did, or would do."""

    accounts_opened: int = 0
    members_added: int = 0
    members_corrected: int = 0
    spans_added: int = 0
    spans_changed: int = 0
    spans_ended: int = 0
    spans_canceled: int = 0
    spans_reinstated: int = 0
    unchanged: int = 0
    differences: list[str] = field(default_factory=list)
    missing_from_file: int = 0
    not_applied: list[NotApplied] = field(default_factory=list)
