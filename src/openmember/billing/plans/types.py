"""Payment plans as other rooms see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from openmember.billing.types import Bill
from openmember.kernel.references import identity, reference


class NoOffer(Exception):
    """There are no terms like that: `too_small`, `too_long`, `too_short` or `nothing_left`."""


class PlanStatus(StrEnum):
    """Where a plan is in its life."""

    ACTIVE = "active"
    COMPLETED = "completed"
    LAPSED = "lapsed"
    CANCELED = "canceled"


class Basis(StrEnum):
    """What the terms rest on: the policy, the law's cap on what a family can pay, or a decision."""

    POLICY = "policy"
    AFFORDABLE = "affordable"
    EXCEPTION = "exception"


class AgreedBy(StrEnum):
    """How the member agreed."""

    PORTAL = "portal"
    PHONE = "phone"
    IN_PERSON = "in_person"
    PAPER = "paper"


@dataclass(frozen=True, slots=True)
class Band:
    """How long a sum up to `up_to_cents` may take; None holds any sum."""

    up_to_cents: int | None
    months: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """What is offered, and when a plan may end for missed payments."""

    version: str
    lines: frozenset[str]
    minimum_monthly_cents: int
    down_payment_percent: int
    first_due_after_days: int
    grace_days: int
    notice_days: int
    bands: tuple[Band, ...]
    affordable_states: frozenset[str]
    affordable_amount: str
    lapse_days: int
    lapse_citation: str
    lapse_confidence: str


@dataclass(frozen=True, slots=True)
class Due:
    """One amount and the day it is due."""

    due_on: date
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Offer:
    """Terms one can agree to: each month `monthly_cents` until `dues` are paid. There is no interest."""

    monthly_cents: int
    dues: tuple[Due, ...]
    basis: Basis = Basis.POLICY
    reason: str = ""

    @property
    def months(self) -> int:
        return len(self.dues)

    @property
    def last(self) -> Due:
        return self.dues[-1]

    @property
    def total_cents(self) -> int:
        return sum(due.amount_cents for due in self.dues)


@dataclass(frozen=True, slots=True)
class Part:
    """One bill of a plan: as it was when the schedule was made, and as it is now."""

    bill_id: int
    bill_month: date
    title: str
    due_on: date
    then_open_cents: int
    then_adjusted_cents: int
    then_paid_cents: int
    open_cents: int
    adjusted_cents: int
    paid_cents: int
    held: bool

    @property
    def bill_reference(self) -> str:
        return reference("B", self.bill_id)


class InstalmentStatus(StrEnum):
    """What a member reads beside an instalment."""

    PAID = "paid"
    PARTLY_PAID = "partly_paid"
    MISSED = "missed"
    DUE = "due"
    COMING = "coming"


@dataclass(frozen=True, slots=True)
class Instalment:
    """One instalment as it stands: `amount_cents` after what was taken off, `paid_cents` of it."""

    position: int
    due_on: date
    amount_cents: int
    paid_cents: int
    status: InstalmentStatus

    @property
    def open_cents(self) -> int:
        return self.amount_cents - self.paid_cents


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a plan stands on one day."""

    instalments: tuple[Instalment, ...]
    paid_cents: int
    remaining_cents: int
    due_now_cents: int

    @property
    def next(self) -> Instalment | None:
        """The first instalment that is not paid whole."""
        return next((one for one in self.instalments if one.open_cents), None)

    @property
    def missed(self) -> tuple[Instalment, ...]:
        return tuple(one for one in self.instalments if one.status is InstalmentStatus.MISSED)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a plan."""

    kind: str
    version: int
    instalment: int | None
    happened_on: date
    reason: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """One payment plan: `schedule` as it was agreed last, `standing` as it is with what was paid since."""

    id: int
    account_number: str
    status: PlanStatus
    version: int
    agreed_on: date
    day: int
    monthly_cents: int
    total_cents: int
    basis: Basis
    reason: str
    agreement: str
    language: str
    channel: AgreedBy
    parts: tuple[Part, ...]
    schedule: tuple[Due, ...]
    standing: Standing

    @property
    def reference(self) -> str:
        return plan_reference(self.id)

    @property
    def is_active(self) -> bool:
        return self.status is PlanStatus.ACTIVE

    @property
    def is_disputed(self) -> bool:
        """Whether one of its bills is on hold: then nothing of the plan counts as missed."""
        return any(part.held for part in self.parts)

    @property
    def bill_ids(self) -> tuple[int, ...]:
        """The bills still open, oldest due first, as a payment for the plan names them."""
        left = sorted((part.due_on, part.bill_id) for part in self.parts if part.open_cents)
        return tuple(bill_id for _due_on, bill_id in left)


@dataclass(frozen=True, slots=True)
class PlanDraw:
    """What autopay may draw for a plan on a day: `due_cents` of that day, `late_cents` from before."""

    account_number: str
    plan_id: int
    due_cents: int
    late_cents: int
    bill_ids: tuple[int, ...]

    @property
    def cents(self) -> int:
        return self.due_cents + self.late_cents


def plan_reference(plan_id: int) -> str:
    """Return what a plan is called."""
    return reference("PL", plan_id)


def plan_id(text: str) -> int:
    """Return the id behind a plan's reference. Errors: kernel.references.BadReference."""
    return identity("PL", text)


def open_cents_of(bills: Sequence[Bill]) -> int:
    """Return what these bills have open together."""
    return sum(bill.open_cents for bill in bills)
