"""Applications for financial assistance as other rooms see them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum

from openmember.billing.types import Line
from openmember.documents.types import Scan
from openmember.kernel.references import identity, reference

# Premiums are no care: no guideline and no law about assistance speaks of them.
LINES = (Line.MEDICAL, Line.PHARMACY)


class Status(StrEnum):
    """Where an application is; `rules.MOVES` says what may follow what."""

    DRAFT = "draft"
    RECEIVED = "received"
    INCOMPLETE = "incomplete"
    APPROVED = "approved"
    PARTLY = "partly"
    DENIED = "denied"
    APPEALED = "appealed"
    WITHDRAWN = "withdrawn"


PENDING = frozenset({Status.RECEIVED, Status.INCOMPLETE, Status.APPEALED})
DECIDED = frozenset({Status.APPROVED, Status.PARTLY, Status.DENIED})


class Channel(StrEnum):
    """How the application reached us."""

    WEB = "web"
    PHONE = "phone"
    COUNTER = "counter"
    PAPER = "paper"


class Period(IntEnum):
    """How often an income comes; the value is how many times a year, so that nothing is rounded."""

    WEEKLY = 52
    EVERY_TWO_WEEKS = 26
    TWICE_A_MONTH = 24
    MONTHLY = 12
    QUARTERLY = 4
    YEARLY = 1


class Source(StrEnum):
    """What an income is."""

    WAGES = "wages"
    SELF_EMPLOYED = "self_employed"
    SOCIAL_SECURITY = "social_security"
    UNEMPLOYMENT = "unemployment"
    DISABILITY = "disability"
    PENSION = "pension"
    SUPPORT = "support"
    RENT_INTEREST = "rent_interest"
    OTHER = "other"


class Program(StrEnum):
    """What shows a need without counting income; the policy says which of them count."""

    MEDICAID = "medicaid"
    SNAP = "snap"
    WIC = "wic"
    SCHOOL_MEALS = "school_meals"
    HOUSING = "housing"
    ENERGY = "energy"
    SSI = "ssi"
    HOMELESS = "homeless"


class Proof(StrEnum):
    """What a document shows."""

    INCOME = "income"
    PROGRAM = "program"
    FORM = "form"
    OTHER = "other"


class Missing(StrEnum):
    """What is still needed before anybody can decide."""

    HOUSEHOLD = "household"
    STATE = "state"
    INCOME = "income"
    SIGNATURE = "signature"
    PROOF_OF_INCOME = "proof_of_income"
    PROOF_OF_PROGRAM = "proof_of_program"
    READABLE_COPY = "readable_copy"


class Reason(StrEnum):
    """Why it was decided so."""

    WITHIN_BAND = "within_band"
    PRESUMPTIVE = "presumptive"
    STATE_LAW = "state_law"
    BILLED_CAP = "billed_cap"
    EXCEPTION = "exception"
    OVER_INCOME = "over_income"
    PAST_PERIOD = "past_period"
    NOT_COMPLETED = "not_completed"


@dataclass(frozen=True, slots=True)
class Income:
    """One income of the household."""

    source: Source
    amount_cents: int
    period: Period

    @property
    def yearly_cents(self) -> int:
        return self.amount_cents * self.period.value


@dataclass(frozen=True, slots=True)
class Facts:
    """What somebody says of their household. None is what was not answered yet; `bill_ids` empty means all."""

    household: int | None = None
    state: str = ""
    has_income: bool | None = None
    incomes: tuple[Income, ...] = ()
    programs: tuple[Program, ...] = ()
    bill_ids: tuple[int, ...] = ()

    @property
    def yearly_cents(self) -> int:
        return sum(income.yearly_cents for income in self.incomes)


@dataclass(frozen=True, slots=True)
class Signature:
    """Who attested to what. `text` is the attestation as it was shown; on paper it is kept as a document."""

    name: str
    version: str
    language: str
    text: str
    signed_on: date


@dataclass(frozen=True, slots=True)
class Document:
    """A file somebody sent with an application. `stored_as` is its random name on our disk."""

    id: int
    name: str
    proof: Proof
    media_type: str
    size_bytes: int
    sha256: str
    stored_as: str
    scan: Scan
    added_at: datetime
    added_by: str

    @property
    def reference(self) -> str:
        return reference("FD", self.id)


@dataclass(frozen=True, slots=True)
class Guideline:
    """The poverty guideline a decision rests on, in whole dollars a year."""

    dollars: int
    year: int
    household: int
    state: str
    citation: str
    confidence: str

    @property
    def yearly_cents(self) -> int:
        return self.dollars * 100


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided, by whom and why. With a discount it is an award, which later bills get too."""

    id: int
    number: int
    outcome: Status
    reasons: tuple[Reason, ...]
    medical_bps: int
    pharmacy_bps: int
    yearly_cents: int
    guideline: Guideline | None
    policy_version: str
    decided_on: date
    decided_by: str
    note: str
    covers_from: date | None
    covers_until: date | None
    appeal_by: date | None

    def discount_bps(self, line: Line) -> int:
        """The part of a bill of this line that is taken off, in hundredths of a percent."""
        return {Line.MEDICAL: self.medical_bps, Line.PHARMACY: self.pharmacy_bps}.get(line, 0)


@dataclass(frozen=True, slots=True)
class Move:
    """One step of an application."""

    at: datetime
    from_status: str
    to_status: str
    actor: str
    note: str


@dataclass(frozen=True, slots=True)
class Application:
    """One application. An answer is promised by `decide_by`; what is missing is due by `complete_by`."""

    id: int
    account_number: str
    status: Status
    channel: Channel
    language: str
    facts: Facts
    started_at: datetime
    started_by: str
    received_on: date | None
    decide_by: date | None
    complete_by: date | None
    missing: tuple[Missing, ...]
    signature: Signature | None
    appeal: str
    documents: tuple[Document, ...]
    decisions: tuple[Decision, ...]

    @property
    def reference(self) -> str:
        return reference("FA", self.id)

    @property
    def decision(self) -> Decision | None:
        """The last decision."""
        return self.decisions[-1] if self.decisions else None

    @property
    def is_pending(self) -> bool:
        return self.status in PENDING


@dataclass(frozen=True, slots=True)
class Effect:
    """What an award does to one bill: what comes off what is open, and off what was paid already."""

    bill_id: int
    title: str
    line: Line
    open_cents: int
    off_open_cents: int
    off_paid_cents: int

    @property
    def bill_reference(self) -> str:
        return reference("B", self.bill_id)

    @property
    def off_cents(self) -> int:
        return self.off_open_cents + self.off_paid_cents

    @property
    def left_cents(self) -> int:
        return self.open_cents - self.off_open_cents


@dataclass(frozen=True, slots=True)
class Applied:
    """What was done to an account's bills at one time."""

    bills: int
    off_cents: int
    given_back_cents: int


def application_id(text: str) -> int:
    """Return the id behind an application's reference. Errors: kernel.references.BadReference."""
    return identity("FA", text)


def document_id(text: str) -> int:
    """Return the id behind a document's reference. Errors: kernel.references.BadReference."""
    return identity("FD", text)
