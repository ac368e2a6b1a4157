"""A call, what happens in it, and what is said: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class State(StrEnum):
    """Where a caller is."""

    LANGUAGE = "language"
    MAIN = "main"
    NUMBER = "number"
    CHOICE = "choice"  # The number is known, the caller is not.
    FACTOR = "factor"
    FETCHING = "fetching"  # No key is asked for: the next step looks up what is due.
    DUE = "due"
    AMOUNT = "amount"
    CHECK = "check"
    METHOD = "method"
    CAPTURE = "capture"  # The carrier asks for the card; nothing of it comes here but a token.
    CONFIRM = "confirm"
    PAYING = "paying"  # No key is asked for: the next step takes the money.
    RECEIPT = "receipt"
    LOST_MRN = "lost_mrn"
    LOST_BIRTH = "lost_birth"
    LOST_ZIP = "lost_zip"
    LOST_READ = "lost_read"
    PERSON = "person"  # No key is asked for: the next step sees who is there.
    TRANSFER = "transfer"
    ENDED = "ended"


class Left(StrEnum):
    """How a caller left the secure line."""

    PAID = "paid"
    WAITING = "waiting"  # Paid, and the bank has not answered.
    DECLINED = "declined"
    REFUSED = "refused"
    GAVE_UP = "gave_up"
    HUNG_UP = "hung_up"
    BROUGHT_BACK = "brought_back"  # By the person who sent them.
    NOT_REACHED = "not_reached"  # The carrier never brought the caller there.


class Need(StrEnum):
    """What has to be looked up or done before a step can be answered."""

    NUMBER = "number"
    FACTOR = "factor"
    OWED = "owed"
    EARLIER = "earlier"
    CHARGE = "charge"
    TEXT = "text"
    MEMBER = "member"
    BIRTH = "birth"
    PROOF = "proof"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Said:
    """One prompt with what it names. A value's ending says how it is spoken: `amount_cents`, `due_on`."""

    prompt: str
    values: Mapping[str, str | int] = field(default_factory=dict)
    language: str = ""  # Empty for the call's own.


@dataclass(frozen=True, slots=True)
class Caught:
    """What the carrier's secure capture answers: a token and the last four digits, never more."""

    done: bool
    token: str = ""
    last_four: str = ""
    stopped: bool = False  # The caller pressed * and wants out.


@dataclass(frozen=True, slots=True)
class Event:
    """What the caller did: keys, nothing, or the end of a capture."""

    keys: str = ""
    caught: Caught | None = None
    is_unanswered: bool = False  # Nobody picked up where the call was handed to.
    is_back: bool = False  # The person the call was handed to is gone again.


@dataclass(frozen=True, slots=True)
class Payee:
    """The account a call is about, as it was recognised."""

    number: str
    holder_id: int
    numbers: tuple[str, ...]
    opened_at: str
    region: str


@dataclass(frozen=True, slots=True)
class Owed:
    """What is due by line, and the next day of it that is not over.

    `set_apart_cents` is in dispute or in a payment plan, and not asked for.
    """

    premium_cents: int = 0
    medical_cents: int = 0
    pharmacy_cents: int = 0
    overdue_cents: int = 0
    credit_cents: int = 0
    set_apart_cents: int = 0
    due_on: str = ""

    @property
    def due_cents(self) -> int:
        return self.premium_cents + self.medical_cents + self.pharmacy_cents


class Mistake(StrEnum):
    """Why a typed number leads to no account, by its form alone."""

    MRN = "mrn"
    LENGTH = "length"
    CHECK = "check"  # A typing mistake, or a number nobody has: answered alike.
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Found:
    """What a typed number leads to: an account, or the mistake to explain."""

    payee: Payee | None = None
    mistake: Mistake | None = None


@dataclass(frozen=True, slots=True)
class Earlier:
    """What became of the caller's last call, which nobody heard the end of."""

    outcome: str  # "accepted", "waiting", "declined" or "nothing"
    amount_cents: int
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Paid:
    """What became of a payment: "accepted", "waiting", "declined" or "refused"."""

    outcome: str
    reference: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Team:
    """Whether a person is there, how long one waits, and the line they answer.

    `promised` says when the caller is called back, where nobody is there and that was promised.
    """

    is_open: bool
    wait_minutes: int
    dial: str
    hours: str
    promised: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What was looked up for a step; only the part it needed is there."""

    number: Found | None = None
    is_right: bool = False
    owed: Owed | None = None
    earlier: Earlier | None = None
    paid: Paid | None = None
    member_id: int = 0
    payee: Payee | None = None
    team: Team | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """Everything one step hands to the next. No typed number, birth date or card is in it."""

    state: State = State.LANGUAGE
    language: str = "en"
    is_relay: bool = False
    silences: int = 0
    tries: int = 0
    payee: Payee | None = None
    verified: str = ""  # "", "factor" or "lost"
    member_id: int = 0  # Who the caller proved to be.
    factor_tries: int = 0
    lost_tries: int = 0
    claimed_id: int = 0
    birth_is_right: bool = False
    owed: Owed | None = None
    amount_cents: int = 0
    method: str = ""
    token: str = ""
    last_four: str = ""
    captures: int = 0
    charges: int = 0
    reference: str = ""
    # On the secure line: what is paid was asked for by a person, who is waiting at `return_to`.
    is_secure: bool = False
    asked_id: int = 0
    charges_before: int = 0
    return_to: str = ""
    asked_from: str = ""  # Where a person was asked for.
    entered: tuple[str, ...] = ()  # What was typed wrong, told to the person without the digits.


@dataclass(frozen=True, slots=True)
class Turn:
    """The answer to a step: the call as it goes on, and what is said now."""

    call: Call
    says: tuple[Said, ...]
    dial: str = ""
    left: Left | None = None  # How the secure line was left, in the turn that leaves it.
