"""Automatic payments as other rooms see them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from openmember.payments.types import Method, payment_reference


class What(StrEnum):
    """Which bills a mandate pays."""

    EVERYTHING = "everything"
    PREMIUM = "premium"


class MandateStatus(StrEnum):
    """Whether a mandate draws. `ended` is final: whoever comes back agrees anew."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class DrawStatus(StrEnum):
    """What became of one automatic payment."""

    PLANNED = "planned"
    REQUESTED = "requested"
    PAID = "paid"
    FAILED = "failed"
    SKIPPED = "skipped"
    NOT_NEEDED = "not_needed"


class EndReason(StrEnum):
    """Why a mandate ended; surfaces and letters hold the words."""

    MEMBER = "member"
    REPLACED = "replaced"
    BANK = "bank"
    FAILURES = "failures"
    ACCOUNT_JOINED = "account_joined"


@dataclass(frozen=True, slots=True)
class Instrument:
    """What is drawn on: a kept bank account or a card that a gateway keeps. `tender` is its shown name.

    `keeper` is `ach` or the gateway's name; `token` is what the keeper knows it by, and no number.
    """

    method: Method
    keeper: str
    token: str
    tender: str


@dataclass(frozen=True, slots=True)
class Terms:
    """What a member agrees to: which bills, and at most how much at a time."""

    what: What
    cap_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Mandate:
    """A member's standing permission to draw payments."""

    id: int
    account_number: str
    member_id: int
    instrument: Instrument
    terms: Terms
    status: MandateStatus
    paused_until: date | None
    agreed_at: datetime
    ended_at: datetime | None
    end_reason: EndReason | None


@dataclass(frozen=True, slots=True)
class Draw:
    """One automatic payment: what is to be drawn, and what became of it."""

    id: int
    mandate_id: int
    due_on: date
    draw_on: date
    amount_cents: int
    status: DrawStatus
    payment_id: int | None

    @property
    def reference(self) -> str | None:
        return payment_reference(self.payment_id) if self.payment_id else None

    @property
    def shown_status(self) -> str:
        """The word surfaces look its label up by."""
        return "draw_failed" if self.status is DrawStatus.FAILED else self.status.value

    @property
    def is_ahead(self) -> bool:
        return self.status is DrawStatus.PLANNED
