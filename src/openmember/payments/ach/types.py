"""Bank debits as other rooms see them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from openmember.kernel.references import identity, reference


class BankKind(StrEnum):
    """What kind of account a bank keeps."""

    CHECKING = "checking"
    SAVINGS = "savings"


class Sec(StrEnum):
    """How the holder agreed: on paper, on the web, or as a business."""

    PPD = "PPD"
    WEB = "WEB"
    CCD = "CCD"


class Action(StrEnum):
    """What is done with an entry that came back, after rules section 6.1."""

    RETRY = "retry"
    NEW_ACCOUNT = "new_account"
    STOP = "stop"
    CORRECT = "correct"
    REVIEW = "review"
    ALERT = "alert"
    CHECK = "check"  # A refund the bank refused: send a check.


class FileStatus(StrEnum):
    """Where a file is in its life."""

    GATHERED = "gathered"
    WRITTEN = "written"
    ACKNOWLEDGED = "acknowledged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class BankAccount:
    """A bank account as anybody may see it. `usable_on` is None while a prenotification waits to be sent."""

    account_number: str
    id: int
    kind: BankKind
    last_four: str
    holder: str
    is_business: bool
    status: str
    usable_on: date | None
    stop_code: str

    @property
    def token(self) -> str:
        """What surfaces name it by."""
        return reference("A", self.id)

    @property
    def is_active(self) -> bool:
        return self.status == "active"


@dataclass(frozen=True, slots=True)
class NewBankAccount:
    """What somebody tells of their bank account. Nothing shows `number` again."""

    routing: str
    number: str
    kind: BankKind
    holder: str
    is_business: bool = False

    def __repr__(self) -> str:
        return f"NewBankAccount({self.kind}, ending in {self.number[-4:]})"


@dataclass(frozen=True, slots=True)
class ReturnRule:
    """What one return code means and what follows."""

    code: str
    meaning: str
    action: Action
    window: str
    stops: bool
    needs_person: bool
    citation: str
    confidence: str

    @property
    def retries(self) -> bool:
        return self.action is Action.RETRY


@dataclass(frozen=True, slots=True)
class AchFile:
    """A file to the bank."""

    id: int
    name: str
    file_on: date
    status: FileStatus
    entries: int
    debit_cents: int
    credit_cents: int
    sha256: str
    gathered_at: datetime
    written_at: datetime | None
    answered_at: datetime | None
    effective_on: date
    settled: bool
    returned: int = 0


@dataclass(frozen=True, slots=True)
class AchBatch:
    """A batch of a file, with the days its clocks give."""

    number: int
    kind: str
    sec: str
    description: str
    same_day: bool
    effective_on: date
    final_on: date
    claim_until: date
    entries: int
    cents: int
    settled_on: date | None


@dataclass(frozen=True, slots=True)
class ReturnedEntry:
    """An entry that came back, and what was done."""

    payment_id: int | None
    last_four: str
    code: str
    action: Action
    kind: str
    amount_cents: int
    returned_on: date
    is_late: bool
    outcome: str
    claim_cents: int
    attempt: int
    retried_on: date | None
    bank_status: str

    @property
    def payment_reference(self) -> str:
        return reference("P", self.payment_id) if self.payment_id else ""


@dataclass(frozen=True, slots=True)
class OpenException:
    """Something a person has to decide on."""

    id: int
    kind: str
    code: str
    amount_cents: int
    line: int
    opened_at: datetime
    account_number: str | None


@dataclass(frozen=True, slots=True)
class RatePoint:
    """How many debits of the days before `on` were settled, and how many of those came back unauthorised."""

    on: date
    debits: int
    unauthorised: int

    @property
    def percent(self) -> Decimal:
        return Decimal(100 * self.unauthorised) / self.debits if self.debits else Decimal(0)


def bank_account_id(token: str) -> int:
    """Return the id behind a bank account's token. Errors: kernel.references.BadReference."""
    return identity("A", token)
