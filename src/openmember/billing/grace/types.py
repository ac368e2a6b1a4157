"""Cases of unpaid premium as other rooms see them."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from openmember.coverage.types import CoverageType
from openmember.kernel.references import identity, reference


class Regime(StrEnum):
    """The body of rules a case runs under."""

    APTC = "aptc"
    STATE = "state"
    EMPLOYER = "employer"
    COBRA_FIRST = "cobra_first"
    COBRA = "cobra"
    MEDICARE = "medicare"
    BINDER = "binder"


class Status(StrEnum):
    """Where a case stands."""

    OPEN = "open"
    CURED = "cured"
    TERMINATED = "terminated"
    REINSTATED = "reinstated"


class Step(StrEnum):
    """What can happen in a case."""

    OPENED = "opened"
    NOTICED = "noticed"
    PENDED = "pended"
    WARNED = "warned"
    SHORTFALL = "shortfall"
    CURED = "cured"
    PROSPECTIVE = "prospective"
    TERMINATED = "terminated"
    REOPENED = "reopened"
    HELD = "held"
    REINSTATED = "reinstated"


@dataclass(frozen=True, slots=True)
class Unpaid:
    """A premium that is due and not paid, with what decides which rules it falls under.

    `is_first` when it is the first of a new coverage; `had_full_month` when a whole month was paid before.
    """

    coverage_type: CoverageType
    state: str
    has_aptc: bool
    covers: date
    issued_on: date
    due_on: date
    is_first: bool = False
    had_full_month: bool = True


@dataclass(frozen=True, slots=True)
class Dated:
    """A date of a case with the rule that gave it: a clock of the rulebook, or a policy."""

    on: date
    rule: str
    citation: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Grace:
    """What the rules say about an unpaid premium on the day its case opens.

    Shape: arrears are the bills of the months from `unpaid_month` to `scope_until`. `coverage_ends_on` is
    the last day of coverage if nothing is paid, None where coverage never begins. `dates` names each date.
    """

    regime: Regime
    unpaid_month: date
    scope_until: date
    first_on: date
    last_on: date
    coverage_ends_on: date | None
    dates: dict[str, Dated]
    not_before: date = date.min
    threshold_percent: Decimal = Decimal(100)
    pended_from: date | None = None
    notice_by: date | None = None
    warn_on: date | None = None
    is_automatic: bool = True


@dataclass(frozen=True, slots=True)
class Case:
    """One case as stored, with what is in arrears as of now."""

    id: int
    account_number: str
    coverage_type: CoverageType
    state: str
    regime: Regime
    status: Status
    unpaid_month: date
    scope_until: date
    first_on: date
    last_on: date
    coverage_ends_on: date | None
    pended_from: date | None
    notice_by: date | None
    warn_on: date | None
    threshold_percent: Decimal
    is_automatic: bool
    dates: dict[str, Dated]
    opened_on: date
    noticed_on: date | None
    pended_on: date | None
    warned_on: date | None
    shortfall_on: date | None
    closed_on: date | None
    not_before: date
    held_until: date | None
    next_on: date
    owed_cents: int = 0
    open_cents: int = 0
    overdue_cents: int = 0
    counted_until: date | None = None  # The last month of the arrears.
    # What the month billed with earlier ones asks for alone: a first payment of that much covers from it on.
    own_month_cents: int = 0

    @property
    def reference(self) -> str:
        return reference("G", self.id)


@dataclass(frozen=True, slots=True)
class Move:
    """One step to take now, and what it changes in the case."""

    step: Step
    rule: str = ""
    due_on: date | None = None
    status: Status = Status.OPEN
    letter: str = ""
    last_on: date | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """One step of a case's history. `dated` is the rule it was taken under, where one says when."""

    step: Step
    taken_on: date
    dated: Dated | None
    owed_cents: int | None
    open_cents: int | None
    reason: str
    actor: str


@dataclass(slots=True)
class Swept:
    """What one sweep did: how many cases took each step, what was taken off bills, who was told."""

    steps: dict[str, int]
    uncovered_cents: int = 0
    waiting_for_a_person: int = 0
    providers_told: int = 0


def case_id(text: str) -> int:
    """Return the id behind a case's reference. Errors: kernel.references.BadReference."""
    return identity("G", text)
