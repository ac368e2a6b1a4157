"""What may be done about a bill nobody pays, as other rooms see it."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from openmember.billing.types import Line
from openmember.kernel.references import identity, reference


class Action(StrEnum):
    """What a collector may want to do. All but `PLACE` are extraordinary under 26 CFR 1.501(r)-6."""

    PLACE = "place"  # give the bill to bad debt, for an agency to ask for it in our name
    SELL = "sell"
    REPORT = "report"  # to credit bureaus
    SUE = "sue"
    LIEN = "lien"


@dataclass(frozen=True, slots=True)
class BillFacts:
    """What the bars depend on. `first_billed_on` is the first bill after discharge."""

    line: Line
    open_cents: int
    first_billed_on: date
    due_on: date
    held: bool
    on_plan: bool
    stops: tuple[str, ...] = ()
    eca_noticed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """Why an action is not allowed: a name, the law's text place, how sure we are of it, and until when."""

    name: str
    citation: str
    confidence: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class StateLaw:
    """What one state adds."""

    state: str
    citation: str
    confidence: str
    apply_days: int = 0
    at_most_cents: int = 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an action is allowed; when not, every bar, the one that lasts longest first."""

    action: Action
    bars: tuple[Bar, ...]

    @property
    def is_allowed(self) -> bool:
        return not self.bars


@dataclass(frozen=True, slots=True)
class WriteOff:
    """A write-off asked for and decided."""

    id: int
    account_number: str
    bill_id: int
    amount_cents: int
    limit_cents: int
    status: str
    reason: str
    proposed_by: str
    proposed_on: date
    decided_by: str
    decided_on: date | None

    @property
    def reference(self) -> str:
        return reference("W", self.id)

    @property
    def bill_reference(self) -> str:
        return reference("B", self.bill_id)

    @property
    def needs_second_person(self) -> bool:
        return self.amount_cents > self.limit_cents


@dataclass(frozen=True, slots=True)
class Placement:
    """A bill given to bad debt, and when it was taken back."""

    bill_id: int
    placed_on: date
    open_cents: int
    allowed_by: str
    reason: str
    actor: str
    recalled_on: date | None
    recall_reason: str


@dataclass(frozen=True, slots=True)
class Debt:
    """What may be done about a bill, and what was."""

    state: str
    verdict: Verdict
    placements: tuple[Placement, ...]
    write_offs: tuple[WriteOff, ...]


def write_off_id(text: str) -> int:
    """Return the id behind a write-off's reference. Errors: kernel.references.BadReference."""
    return identity("W", text)
