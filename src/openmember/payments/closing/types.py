"""What a closing asks for and reports."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from openmember.billing.types import Line
from openmember.ledger.closing.types import MonthState, TrialBalance


class Topic(StrEnum):
    """One thing that should be true before a month is closed."""

    TURN = "turn"
    BOOKS = "books"
    BANK_DAYS = "bank_days"
    RECONCILED = "reconciled"
    DIFFERENCES = "differences"
    UNKNOWN_PAYMENTS = "unknown_payments"
    PREMIUM_RUN = "premium_run"
    EXCEPTIONS = "exceptions"


# Without these a month is not closed; for the others a reason is enough.
NEEDED = frozenset({Topic.TURN, Topic.BOOKS})


@dataclass(frozen=True, slots=True)
class Check:
    """One thing as the database has it. `is_ok` is None where it was not looked at."""

    topic: Topic
    is_ok: bool | None
    count: int = 0
    cents: int = 0
    days: tuple[date, ...] = ()

    @property
    def is_needed(self) -> bool:
        return self.topic in NEEDED


class Bucket(StrEnum):
    """How long past due a receivable is at the end of a month."""

    NOT_DUE = "not_due"
    UNTIL_30 = "1_30"
    UNTIL_60 = "31_60"
    UNTIL_90 = "61_90"
    OVER_90 = "91"


@dataclass(frozen=True, slots=True)
class AgeingLine:
    """What is receivable on one line of business. `ledger_cents` is what the trial balance says of it."""

    line: Line
    cents_by_bucket: dict[Bucket, int]
    bills: int
    ledger_cents: int

    @property
    def total_cents(self) -> int:
        return sum(self.cents_by_bucket.values())

    @property
    def difference_cents(self) -> int:
        """What the ledger has and no bill explains: nothing, unless something is wrong."""
        return self.ledger_cents - self.total_cents


@dataclass(frozen=True, slots=True)
class CashLine:
    """What came in and went out on one day by one way."""

    day: date
    method: str
    channel: str
    received_cents: int
    given_back_cents: int
    count: int


@dataclass(frozen=True, slots=True)
class Deferred:
    """Premium billed in a month or before for months after it: an entry that adjusts, not one of an account."""

    covers: date
    cents: int
    accounts: int


@dataclass(frozen=True, slots=True)
class Reports:
    """All that is reported of a month, kept when it is closed."""

    trial_balance: TrialBalance
    ageing: tuple[AgeingLine, ...]
    cash: tuple[CashLine, ...]
    deferred: tuple[Deferred, ...]

    @property
    def deferred_cents(self) -> int:
        return sum(one.cents for one in self.deferred)

    @property
    def cash_cents(self) -> int:
        return sum(one.received_cents - one.given_back_cents for one in self.cash)


@dataclass(frozen=True, slots=True)
class Closing:
    """A month with what should be true of it."""

    state: MonthState
    checks: tuple[Check, ...]

    @property
    def missing(self) -> tuple[Check, ...]:
        return tuple(check for check in self.checks if check.is_ok is False)

    @property
    def can_close(self) -> bool:
        return not any(check.is_needed for check in self.missing)
