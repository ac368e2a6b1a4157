"""What every gateway is asked, and how it answers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from openmember.payments.types import Method


class Outcome(StrEnum):
    """What the gateway says of a charge or a refund."""

    APPROVED = "approved"
    DECLINED = "declined"
    PENDING = "pending"  # The payer or the gateway is still at it.
    UNKNOWN = "unknown"  # No answer came; it has to be asked for.


class DeclineReason(StrEnum):
    """Why a charge was declined, in terms a payer can act on; surfaces hold the words."""

    INSUFFICIENT_FUNDS = "insufficient_funds"
    EXPIRED_CARD = "expired_card"
    CARD_DECLINED = "card_declined"
    ABANDONED = "abandoned"  # The payer left the gateway's page without paying.
    NOT_RECEIVED = "not_received"  # The request never arrived, and no longer can.


@dataclass(frozen=True, slots=True)
class Charge:
    """Money to be taken. `key` is the payment's reference: the gateway takes one charge for each key.

    `kept_card` is what the gateway calls a card it keeps; without one the payer types theirs.
    """

    key: str
    amount_cents: int
    method: Method
    description: str
    return_url: str
    cancel_url: str
    language: str = "en"
    gateway_reference: str = ""
    kept_card: str = ""


@dataclass(frozen=True, slots=True)
class Moved:
    """An amount a gateway moved, in the smallest unit of a currency: `usd` is cents."""

    cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of it. `redirect_url` is the gateway's own page, where the payer types the card.

    `moved` is what an approved charge or refund moved, where the gateway says so.
    """

    outcome: Outcome
    reference: str = ""
    tender: str = ""
    reason: str = ""
    redirect_url: str = ""
    moved: Moved | None = None


class Gateway(Protocol):
    """One outside system that moves money. None of these raises for what the other side does."""

    name: str

    def charge(self, charge: Charge) -> Answer:
        """Take the money, or hand back the page on which the payer does."""

    def ask(self, charge: Charge) -> Answer:
        """Say what became of a charge. After DECLINED it can no longer happen."""

    def close(self, charge: Charge) -> Answer:
        """End a charge its payer has not paid yet. DECLINED: it can no longer happen.

        What was paid just before is APPROVED, and what is on its way PENDING: nothing is untaken by this.
        """

    def refund(self, charge: Charge, *, key: str, amount_cents: int) -> Answer:
        """Send money of an approved charge back to where it came from, once for each `key`."""


@dataclass(frozen=True, slots=True)
class KeptCard:
    """A card that a gateway keeps for later charges. `tender` is what its holder knows it by."""

    token: str
    tender: str


class CardKeeper(Protocol):
    """A gateway that keeps cards, for charges nobody has to be at a page for."""

    name: str

    def ask_for_card(self, *, key: str, return_url: str, cancel_url: str, language: str) -> Answer:
        """Return the page on which somebody types a card to keep; APPROVED when none is needed."""

    def find_card(self, reference: str) -> KeptCard | None:
        """Return the card that was typed on the page of this reference, or None when none was yet."""


class NotGenuine(Exception):
    """The message does not come from the gateway, or is too old to be believed."""


class GatewayUnreachable(Exception):
    """The gateway could not be asked about what it sent; it has to send it again."""


class Concern(StrEnum):
    """What a gateway's own message is about."""

    CHARGE = "charge"
    DISPUTE = "dispute"
    REFUND = "refund"


@dataclass(frozen=True, slots=True)
class Disputed:
    """A dispute of a charge as it stands: `state` is open, won or lost; `sum` may be a part of the charge."""

    reference: str
    sum: Moved
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class Notification:
    """What a gateway says of its own accord about the charge `key`.

    `answer` is the charge's own, or for a refund that of `refund_key`; with a dispute both are said.
    """

    concern: Concern
    key: str
    answer: Answer
    refund_key: str = ""
    disputed: Disputed | None = None


class NotifyingGateway(Gateway, Protocol):
    """A gateway that calls us."""

    def read(self, payload: bytes, signature: str) -> Notification | None:
        """Return what a message says, or None when it is none of our business.

        Errors: NotGenuine, GatewayUnreachable.
        """
