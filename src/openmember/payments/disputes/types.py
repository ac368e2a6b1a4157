"""Disputes and gateways' exceptions as other rooms see them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from openmember.payments.types import payment_reference


class DisputeState(StrEnum):
    """Where a dispute is. What the bank decided is never open again."""

    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Trouble(StrEnum):
    """What does not go with what we know; `0024_disputes.sql` says what each one means."""

    MISMATCH = "mismatch"
    REFUND_MISMATCH = "refund_mismatch"
    CURRENCY = "currency"
    AMOUNT = "amount"
    BEYOND = "beyond"
    OVERTURNED = "overturned"
    UNBOOKED = "unbooked"


class Act(StrEnum):
    """What a person does about it."""

    NOTE = "note"
    BOOK = "book"
    FAIL = "fail"
    BILL = "bill"


@dataclass(frozen=True, slots=True)
class Dispute:
    """A card payment its holder disputes: how much the bank took of it, and how it stands."""

    id: int
    payment_id: int
    reference: str
    amount_cents: int
    currency: str
    reason: str
    state: DisputeState
    taken_cents: int
    beyond_cents: int
    opened_on: date
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class GatewayException:
    """What a gateway left for a person: our figure and theirs.

    `beyond_cents` can be asked of the member where `was_refunded`.
    """

    id: int
    account_number: str
    payment_id: int
    gateway: str
    trouble: Trouble
    our_cents: int
    their_cents: int
    their_currency: str
    opened_at: datetime
    state: str
    note: str
    closed_by: str
    closed_at: datetime | None
    dispute: str
    dispute_state: str
    beyond_cents: int
    was_refunded: bool

    @property
    def payment_reference(self) -> str:
        return payment_reference(self.payment_id)

    @property
    def acts(self) -> tuple[Act, ...]:
        """What can be done about it now, the most likely first."""
        if self.state != "open":
            return ()
        if self.trouble is Trouble.BEYOND and self.was_refunded:
            return (Act.BILL, Act.NOTE)
        if self.trouble is Trouble.REFUND_MISMATCH:
            # It left or it did not, in whatever currency; a note alone would leave it waiting.
            return (Act.BOOK, Act.FAIL) if self.their_cents else (Act.FAIL, Act.BOOK)
        if self.trouble is Trouble.MISMATCH and self.their_currency == "usd" and self.their_cents:
            return (Act.BOOK, Act.NOTE)
        return (Act.NOTE,)
