"""Payments as other rooms see them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from openmember.billing.types import Line
from openmember.kernel.references import identity, reference


class Method(StrEnum):
    """What the money came as."""

    CARD = "card"
    ACH = "ach"
    CASH = "cash"
    CHECK = "check"
    WIRE = "wire"
    TRANSFER = "transfer"


class Channel(StrEnum):
    """Where it was handed over."""

    WEB = "web"
    GUEST = "guest"
    APP = "app"
    PHONE = "phone"
    COUNTER = "counter"
    WIRE = "wire"
    BANK = "bank"
    LOCKBOX = "lockbox"
    AUTOPAY = "autopay"
    DESK = "desk"
    COMMAND = "command"
    REPRESENTATIVE = "representative"  # asked for by a link a representative sent


class Status(StrEnum):
    """Where a payment is in its life; `rules.MOVES` says what may follow what."""

    AUTHORISING = "authorising"
    UNKNOWN = "unknown"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    SETTLED = "settled"
    VOIDED = "voided"
    RETURNED = "returned"
    REFUNDED = "refunded"
    CHARGED_BACK = "charged_back"


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """What somebody asks to be paid.

    `key` makes a repeat harmless; `bill_ids` are the bills to settle, in order, or empty for the rule;
    `payer` is who pays, as the audit names actors.
    """

    key: str
    amount_cents: int
    method: Method
    channel: Channel
    payer: str
    effective_on: date
    bill_ids: tuple[int, ...] = ()
    tender: str = ""


@dataclass(frozen=True, slots=True)
class Allocation:
    """What of a payment settles what of one bill."""

    bill_id: int
    bill_title: str
    line: Line
    amount_cents: int

    @property
    def bill_reference(self) -> str:
        return reference("B", self.bill_id)


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment, and where its money is now."""

    id: int
    account_number: str
    amount_cents: int
    method: Method
    channel: Channel
    status: Status
    gateway: str
    tender: str
    payer: str
    effective_on: date
    created_at: datetime
    unapplied_cents: int
    refunded_cents: int
    allocations: tuple[Allocation, ...]
    decline_reason: str = ""
    gateway_reference: str = ""
    # What the card's bank took of it and has not given back.
    disputed_cents: int = 0

    @property
    def reference(self) -> str:
        return payment_reference(self.id)

    @property
    def left_cents(self) -> int:
        """What is here of it and can be given back."""
        return self.amount_cents - self.refunded_cents - self.disputed_cents

    @property
    def is_waiting(self) -> bool:
        """Whether the gateway has not said yet what became of it."""
        return self.status in {Status.AUTHORISING, Status.UNKNOWN}

    @property
    def has_arrived(self) -> bool:
        """Whether the money counts for the account."""
        return self.status in {Status.ACCEPTED, Status.SETTLED}


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a payment's life."""

    at: datetime
    from_status: str
    to_status: str
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class Refund:
    """Money of one payment on its way back, or back, to where it came from."""

    id: int
    payment_id: int
    amount_cents: int
    status: str
    reason: str
    actor: str
    created_at: datetime

    @property
    def reference(self) -> str:
        return reference("R", self.id)


@dataclass(frozen=True, slots=True)
class PaymentPage:
    """Some of an account's payments and how many there are."""

    payments: tuple[Payment, ...]
    total: int
    as_of: datetime


def payment_reference(payment_id: int) -> str:
    """Return what a receipt shows for a payment."""
    return reference("P", payment_id)


def payment_id(text: str) -> int:
    """Return the id behind a payment's reference. Errors: kernel.references.BadReference."""
    return identity("P", text)
