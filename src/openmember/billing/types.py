"""Bills as other rooms see them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from openmember.kernel.references import identity, reference


class Line(StrEnum):
    """The three lines of business a bill can belong to."""

    PREMIUM = "premium"
    MEDICAL = "medical"
    PHARMACY = "pharmacy"


class BillStatus(StrEnum):
    """What a member reads; derived from amounts and dates, never stored."""

    OPEN = "open"
    PARTLY_PAID = "partly_paid"
    OVERDUE = "overdue"
    ON_HOLD = "on_hold"
    ON_PLAN = "on_plan"
    PAID = "paid"
    CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class BillLine:
    """One line of a bill."""

    description: str
    amount_cents: int
    service_on: date | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """One bill. `paid_cents` is what payments have settled, `adjusted_cents` what was taken off or added.

    `plan_id` is the payment plan that stands for it: then its instalments are due, and not the bill.
    """

    id: int
    account_number: str
    month: date
    line: Line
    title: str
    issued_on: date
    due_on: date
    amount_cents: int
    adjusted_cents: int
    open_cents: int
    held: bool
    status: BillStatus
    plan_id: int | None = None

    @property
    def reference(self) -> str:
        return reference("B", self.id)

    @property
    def plan_reference(self) -> str:
        """What the plan it is in is called; empty when it is in none."""
        return reference("PL", self.plan_id) if self.plan_id is not None else ""

    @property
    def paid_cents(self) -> int:
        return self.amount_cents + self.adjusted_cents - self.open_cents

    @property
    def is_asked_for(self) -> bool:
        """Whether it asks to be paid whole: open, not in dispute, and no plan stands for it."""
        return self.open_cents > 0 and not self.held and self.plan_id is None


@dataclass(frozen=True, slots=True)
class BillPage:
    """Some of an account's bills, the sums over all its open ones, and when they were read."""

    bills: tuple[Bill, ...]
    total: int
    open_cents: int
    overdue_cents: int
    as_of: datetime


def bill_id(text: str) -> int:
    """Return the id behind a bill's reference. Errors: kernel.references.BadReference."""
    return identity("B", text)
