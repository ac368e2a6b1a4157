"""Premium remittances as other rooms see them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from openmember.exchange.x12.types import Problem


class Kind(StrEnum):
    """What a line of a remittance is money for."""

    PREMIUM = "premium"  # a member's own premium, paid by somebody
    APTC = "aptc"  # advance premium tax credit
    CSR = "csr"  # cost-sharing reductions
    USER_FEE = "user_fee"  # what the exchange keeps
    UNKNOWN = "unknown"


class Resolution(StrEnum):
    """How a person dealt with an exception."""

    NOTED = "noted"
    ACCOUNT = "account"
    CONFIRMED = "confirmed"


class Reason(StrEnum):
    """Why a payment or a line of it waits."""

    DOES_NOT_ADD_UP = "does_not_add_up"
    TRACE_REUSED = "trace_reused"
    DEBIT = "debit"
    METHOD = "method"
    NO_PAYMENT = "no_payment"
    NO_DATE = "no_date"
    TAKES_BACK = "takes_back"
    REFUSED = "refused"
    UNKNOWN_KIND = "unknown_kind"
    UNKNOWN_ACCOUNT = "unknown_account"
    AMBIGUOUS = "ambiguous"
    NAME_DIFFERS = "name_differs"


# What a person mends by choosing the account, or what the line is.
LINE_REASONS = frozenset(
    {Reason.UNKNOWN_KIND, Reason.UNKNOWN_ACCOUNT, Reason.AMBIGUOUS, Reason.NAME_DIFFERS}
)


# What a person mends by saying that it may be posted now.
POSTABLE_REASONS = frozenset({Reason.NO_PAYMENT, Reason.REFUSED})


@dataclass(frozen=True, slots=True)
class RemittanceLine:
    """One line of a payment before it is posted. `numbers` may lead to its account."""

    segment_number: int
    kind: Kind
    code: str
    amount_cents: int
    billed_cents: int | None
    period_on: date | None
    period_until: date | None
    bill_id: int | None
    numbers: tuple[str, ...]
    last_name: str
    first_name: str


@dataclass(frozen=True, slots=True)
class Found:
    """One reason why a payment is not posted. `position` is that of a line, or None for the payment."""

    segment_number: int
    reason: Reason
    message: str
    differences: tuple[str, ...] = ()
    position: int | None = None


@dataclass(slots=True)
class Effects:
    """What taking a file did, or would do."""

    payments_posted: int = 0
    payments_repeated: int = 0
    payments_held: int = 0
    lines_posted: int = 0
    posted_cents: int = 0


@dataclass(slots=True)
class Taken:
    """What became of a file. `accepted` is False when it was refused whole or a payment does not add up."""

    sha256: str
    accepted: bool
    already_taken: bool
    dry_run: bool
    report: dict[str, Any]
    problems: tuple[Problem, ...]
    effects: Effects = field(default_factory=Effects)
    exceptions: list[Found] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A line as a person needs to see it to say whose it is."""

    position: int
    segment_number: int
    kind: Kind
    code: str
    amount_cents: int
    name: str
    numbers: tuple[str, ...]
    period_on: date | None
    period_until: date | None


@dataclass(frozen=True, slots=True)
class RemittanceException:
    """An exception of an 820, with the payment it holds up and the line it is about."""

    id: int
    remittance_id: int
    file_name: str
    sha256: str
    segment_number: int
    reason: Reason
    message: str
    differences: tuple[str, ...]
    opened_at: datetime
    resolved_at: datetime | None
    payer_name: str
    trace: str
    amount_cents: int
    line: WaitingLine | None
    still_open: int
