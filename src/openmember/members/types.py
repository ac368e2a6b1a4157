"""People as other rooms see them, and who is acting."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    """What a person on the staff does."""

    REPRESENTATIVE = "representative"
    CASHIER = "cashier"
    BILLING = "billing"
    FINANCE = "finance"
    NURSE = "nurse"
    PHARMACIST = "pharmacist"
    APPEALS = "appeals"
    SUPERVISOR = "supervisor"


class Scope(StrEnum):
    """One thing the staff may do at the desk."""

    FIND = "find"  # find members and read their accounts
    TAKE_PAYMENT = "take_payment"
    RAISE_BILL = "raise_bill"
    ALLOCATE = "allocate"
    REFUND = "refund"
    AUDIT = "audit"
    JOIN_ACCOUNTS = "join_accounts"
    RUN_BILLING = "run_billing"  # premium, autopay and statement runs
    WORK_EXCEPTIONS = "work_exceptions"  # files and rows nobody could apply without guessing
    APPROVE_REFUND = "approve_refund"  # the second person above the limit
    WRITE_OFF = "write_off"
    ASSIST = "assist"  # take and decide applications for medical financial assistance
    RECONCILE = "reconcile"
    CLOSE_MONTH = "close_month"
    SUPERVISE_DRAWERS = (
        "supervise_drawers"  # agree to voids at the counter, hand out paper receipts
    )
    CONTACT = "contact"  # answer members: record contacts, open cases, promise calls
    WORK_CASES = "work_cases"  # take and work the cases of one's teams
    DECIDE_URGENCY = "decide_urgency"  # whether somebody's health asks for a faster answer
    REGISTER = "register"  # decide applications of new patients, and make members of them
    SUPERVISE_CARE = "supervise_care"  # see every team's queues, hand work out, settle what repeats
    OVERSEE = "oversee"  # see how disputes went, whole, and say why a date was missed


_CARE = frozenset({Scope.CONTACT, Scope.WORK_CASES})

SCOPES: dict[Role, frozenset[Scope]] = {
    Role.REPRESENTATIVE: frozenset({Scope.FIND, Scope.TAKE_PAYMENT, Scope.REGISTER, *_CARE}),
    Role.CASHIER: frozenset({Scope.FIND, Scope.TAKE_PAYMENT, Scope.CONTACT}),
    Role.BILLING: frozenset(
        {
            Scope.FIND,
            Scope.RAISE_BILL,
            Scope.ALLOCATE,
            Scope.REFUND,
            Scope.RUN_BILLING,
            Scope.WORK_EXCEPTIONS,
            Scope.ASSIST,
            *_CARE,
        }
    ),
    Role.FINANCE: frozenset(
        {
            Scope.FIND,
            Scope.RAISE_BILL,
            Scope.ALLOCATE,
            Scope.REFUND,
            Scope.AUDIT,
            Scope.RUN_BILLING,
            Scope.WORK_EXCEPTIONS,
            Scope.APPROVE_REFUND,
            Scope.WRITE_OFF,
            Scope.RECONCILE,
            Scope.CLOSE_MONTH,
        }
    ),
    Role.NURSE: frozenset({Scope.FIND, Scope.DECIDE_URGENCY, *_CARE}),
    Role.PHARMACIST: frozenset({Scope.FIND, Scope.DECIDE_URGENCY, *_CARE}),
    Role.APPEALS: frozenset({Scope.FIND, *_CARE}),
    Role.SUPERVISOR: frozenset(Scope),
}


class NotAllowed(Exception):
    """The actor may not do or see this."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is acting: a member on the portal, someone on the staff, a guest, or the system."""

    kind: str
    id: int | None = None
    member_id: int | None = None
    roles: frozenset[Role] = field(default_factory=frozenset)

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}" if self.id is not None else self.kind

    @property
    def is_system(self) -> bool:
        """Whether this is a command or a job, run by whoever operates the machine."""
        return self.kind.startswith("system:")

    def may(self, scope: Scope) -> bool:
        """Return whether one of the actor's roles, or the system itself, has the scope."""
        return self.is_system or any(scope in SCOPES[role] for role in self.roles)

    def require(self, scope: Scope) -> None:
        """Errors: NotAllowed when the actor lacks the scope."""
        if not self.may(scope):
            raise NotAllowed(scope)


GUEST = Actor("guest")


def system(name: str) -> Actor:
    """The actor of a command or a job, shown in the audit as `system:NAME`."""
    return Actor(f"system:{name}")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name as the member or their plan wrote it."""

    first: str
    last: str
    middle: str = ""
    suffix: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.first, self.middle, self.last, self.suffix) if part)


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address in the United States."""

    street: str = ""
    street2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of a member. Empty strings stand for what nobody has told us."""

    name: PersonName
    birth_on: date | None = None
    gender: str = ""
    email: str = ""
    phone: str = ""
    address: Address = Address()
    region: str = ""
    language: str = ""
    reading_format: str = "standard"


@dataclass(frozen=True, slots=True)
class Member:
    """A member as stored: a `Person` with an identity here."""

    id: int
    mrn: str
    person: Person

    @property
    def name(self) -> str:
        return str(self.person.name)


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody on the staff, as members hear of them."""

    id: int
    first_name: str
    location: str
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Skills:
    """What somebody on the staff can be given: the cases of these teams, in these languages and regions.

    English is everybody's. No regions means every region.
    """

    teams: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class IdentityAnswers:
    """What somebody answers to prove who they are.

    `zip_or_phone` is a ZIP code (5 or 9 digits) or the last 4 digits of a phone number.
    """

    last_name: str
    birth_on: date
    zip_or_phone: str


@dataclass(frozen=True, slots=True)
class CallerAnswers:
    """What a caller answers to a representative's questions; empty where nothing was asked or said.

    `paid_cents` is the amount of a payment they remember making themselves.
    """

    last_name: str = ""
    birth_on: date | None = None
    zip_code: str = ""
    phone_last_four: str = ""
    paid_cents: int | None = None


class Purpose(StrEnum):
    """What somebody proves their identity for; the audit names its actions after it."""

    REGISTRATION = "registration"
    RECOVERY = "recovery"


class Refusal(StrEnum):
    """Why a proof was refused. For the audit only: who asked is always told the same."""

    LOCKED = "locked"
    NO_MATCH = "no_match"
    SEVERAL_MATCH = "several_match"
    UNDER_AGE = "under_age"
    REGISTERED = "registered"
    NOT_REGISTERED = "not_registered"
