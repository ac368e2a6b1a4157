"""Credit, its refunds and checks, as other rooms see them."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from openmember.kernel.references import identity, reference
from openmember.payments.types import Method


class Way(StrEnum):
    """How credit goes back."""

    TENDER = "tender"  # the card or bank account it came from, through the gateway that took it
    CHECK = "check"
    OFFICE = "office"  # paid out by hand: no network took the money


class WhyCheck(StrEnum):
    """Why credit does not go back to what it was paid with."""

    JOINED_ACCOUNT = "joined_account"
    NO_GATEWAY = "no_gateway"
    TENDER_FAILED = "tender_failed"
    TOO_OLD = "too_old"


class Suggestion(StrEnum):
    """What to do about an account's credit."""

    WAIT = "wait"
    KEEP = "keep"
    REFUND = "refund"
    TURN_OVER = "turn_over"


@dataclass(frozen=True, slots=True)
class HeldCredit:
    """Credit of one payment: what is left of it, and what its way back depends on."""

    account_number: str
    payment_id: int
    cents: int
    method: Method
    gateway: str
    is_settled: bool
    has_failed_refund: bool
    paid_on: date

    @property
    def payment_reference(self) -> str:
        return reference("P", self.payment_id)


@dataclass(frozen=True, slots=True)
class WayBack:
    """How and when credit of one payment would go back; `why_check` when it cannot go to its tender."""

    credit: HeldCredit
    way: Way
    why_check: WhyCheck | None
    ready_on: date
    is_ready: bool


@dataclass(frozen=True, slots=True)
class Dormancy:
    """How long credit may lie before a state has a claim to it; `months` is None until somebody set it."""

    state: str
    months: int | None
    citation: str
    confidence: str


@dataclass(frozen=True, slots=True)
class QueuedCredit:
    """One account in the queue, and what is suggested for it."""

    account_number: str
    holder_id: int
    holder_name: str
    state: str
    credit_cents: int
    since: date
    active_on: date
    age_days: int
    suggestion: Suggestion
    proposed_cents: int

    @property
    def pick(self) -> str:
        """What the desk opens the account by; it names the person and not the number."""
        return f"{self.holder_id}:{self.account_number[-4:]}"


@dataclass(frozen=True, slots=True)
class Part:
    """Credit of one payment in a refund."""

    payment_id: int
    amount_cents: int
    way: Way
    refund_id: int | None = None
    refund_status: str = ""
    check_number: int | None = None
    check_status: str = ""

    @property
    def payment_reference(self) -> str:
        return reference("P", self.payment_id)


@dataclass(frozen=True, slots=True)
class CreditRefund:
    """Money asked to be given back and decided on; `from_bills` when bills are opened for what credit lacks."""

    id: int
    account_number: str
    amount_cents: int
    limit_cents: int
    status: str
    reason: str
    proposed_by: str
    proposed_on: date
    decided_by: str
    decided_on: date | None
    decision: str
    from_bills: bool
    parts: tuple[Part, ...]

    @property
    def reference(self) -> str:
        return reference("C", self.id)

    @property
    def needs_second_person(self) -> bool:
        return self.amount_cents > self.limit_cents


@dataclass(frozen=True, slots=True)
class Check:
    """One check as it was drawn, and what became of it."""

    number: int
    account_number: str
    amount_cents: int
    payee: str
    address: tuple[str, ...]
    issued_on: date
    status: str
    ended_on: date | None
    run_id: int


@dataclass(frozen=True, slots=True)
class CheckRun:
    """Checks drawn together; its files are written when `is_written`."""

    id: int
    run_on: date
    checks: int
    amount_cents: int
    is_written: bool


def credit_refund_id(text: str) -> int:
    """Return the id behind a refund of credit's reference. Errors: kernel.references.BadReference."""
    return identity("C", text)
