"""Drawers and what is in them, as other rooms see them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from openmember.payments.types import Method, Payment, Status, payment_reference

SLIP_DIGITS = 8


class VoidState(StrEnum):
    """Where the request to void a payment is."""

    WAITING = "waiting"
    AGREED = "agreed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Drawer:
    """A drawer somebody has open. What should be in it is not said: it is counted blind."""

    id: int
    facility: str
    name: str
    cashier: str
    float_cents: int
    opened_on: date
    opened_at: datetime


@dataclass(frozen=True, slots=True)
class Counted:
    """A drawer that was counted, what it held and what it should have held."""

    id: int
    facility: str
    name: str
    cashier: str
    float_cents: int
    counted_on: date
    expected_cash_cents: int
    counted_cash_cents: int
    expected_checks_cents: int
    counted_checks_cents: int
    deposit_id: int | None

    @property
    def over_cash_cents(self) -> int:
        """By how much the cash is over; below zero it is short."""
        return self.counted_cash_cents - self.expected_cash_cents

    @property
    def over_checks_cents(self) -> int:
        return self.counted_checks_cents - self.expected_checks_cents

    @property
    def over_cents(self) -> int:
        return self.over_cash_cents + self.over_checks_cents


@dataclass(frozen=True, slots=True)
class Part:
    """One way in which a part of a visit is paid: `tendered_cents` is what was handed over."""

    method: Method
    amount_cents: int
    tendered_cents: int
    check_number: str = ""

    @property
    def change_cents(self) -> int:
        return self.tendered_cents - self.amount_cents


@dataclass(frozen=True, slots=True)
class Copay:
    """A visit or a prescription charged on the spot. `number` is the visit's or the prescription's own."""

    kind: str
    number: str
    description: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Visit:
    """What one person pays at the counter at once. `key` makes sending it twice the same as once."""

    key: str
    parts: tuple[Part, ...]
    payer: str
    on: date
    bill_ids: tuple[int, ...] = ()
    copay: Copay | None = None
    paper_number: int | None = None

    @property
    def amount_cents(self) -> int:
        return sum(part.amount_cents for part in self.parts)

    @property
    def change_cents(self) -> int:
        return sum(part.change_cents for part in self.parts)


@dataclass(frozen=True, slots=True)
class Taken:
    """One payment at a drawer, with its receipt number."""

    account_number: str
    payment_id: int
    visit: str
    method: Method
    amount_cents: int
    tendered_cents: int
    change_cents: int
    taken_at: datetime
    status: Status
    tender: str
    paper_number: int | None = None
    void: VoidState | None = None

    @property
    def reference(self) -> str:
        return payment_reference(self.payment_id)

    @property
    def is_voidable(self) -> bool:
        """Whether a void may be asked for; whether its money went to the bank is asked then."""
        return (
            self.method is not Method.CARD
            and self.status is Status.ACCEPTED
            and self.void in {None, VoidState.REJECTED}
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one visit to the counter paid, on one slip of paper."""

    account_number: str
    facility: str
    drawer_id: int
    payments: tuple[Payment, ...]
    taken: tuple[Taken, ...]

    @property
    def amount_cents(self) -> int:
        return sum(one.amount_cents for one in self.taken)

    @property
    def change_cents(self) -> int:
        return sum(one.change_cents for one in self.taken)

    @property
    def reference(self) -> str:
        """The receipt number: that of the first payment."""
        return self.taken[0].reference


@dataclass(frozen=True, slots=True)
class VoidRequest:
    """A void somebody asked for, and who else has to agree."""

    id: int
    account_number: str
    payment_id: int
    facility: str
    drawer: str
    amount_cents: int
    method: Method
    reason: str
    asked_by: str
    asked_at: datetime

    @property
    def reference(self) -> str:
        return payment_reference(self.payment_id)


@dataclass(frozen=True, slots=True)
class Check:
    """A check of a deposit, as its slip lists it."""

    tender: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Deposit:
    """What a facility brought to the bank at once. The slip's number is what the bank's file names."""

    id: int
    slip: str
    facility: str
    made_on: date
    cash_cents: int
    checks_cents: int
    made_by: str
    checks: tuple[Check, ...] = field(default=())

    @property
    def total_cents(self) -> int:
        return self.cash_cents + self.checks_cents


@dataclass(frozen=True, slots=True)
class PaperRange:
    """Numbered receipts on paper that were handed out, and how many were keyed."""

    id: int
    facility: str
    first: int
    last: int
    issued_on: date
    issued_by: str
    keyed: int

    @property
    def left(self) -> int:
        return self.last - self.first + 1 - self.keyed
