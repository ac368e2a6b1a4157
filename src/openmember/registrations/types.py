"""Applications of new patients as other rooms and surfaces see them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from openmember.members.types import Member, Person


class Channel(StrEnum):
    """How an application came."""

    PHONE = "phone"
    OFFICE = "office"
    WEB = "web"


class Status(StrEnum):
    """Where an application stands."""

    RECEIVED = "received"
    RETURNED = "returned"  # something is missing, and the applicant was told what
    ACCEPTED = "accepted"
    KNOWN = "known"  # a member already: no second record is made
    WITHDRAWN = "withdrawn"


class Coverage(StrEnum):
    """What pays for their care, as they say."""

    NONE = "none"
    OURS = "ours"
    OTHER = "other"


class Way(StrEnum):
    """How it is seen who somebody is."""

    DOCUMENTS = "documents"
    SCRIPT = "script"  # answers by telephone


class Missing(StrEnum):
    """What an application can lack."""

    ADDRESS = "address"
    CONTACT = "contact"
    IDENTITY = "identity"
    GUARDIAN = "guardian"
    COVERAGE = "coverage"
    UNREADABLE = "unreadable"


class Reason(StrEnum):
    """Why a member may be the applicant."""

    SAME_NAME = "same_name"
    LIKE_NAME = "like_name"
    BIRTH = "birth"
    BIRTH_SWAPPED = "birth_swapped"
    ZIP = "zip"
    PHONE = "phone"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class Facts:
    """What an application says. `filled_by` is who filled it in where it is not the person themselves."""

    person: Person
    coverage: Coverage
    coverage_note: str = ""
    interpreter_language: str = ""
    filled_by: str = ""


@dataclass(frozen=True, slots=True)
class NewRegistration:
    """One application that comes in. `sent_as` is its form's own key: sent again, it is the same."""

    facts: Facts
    channel: Channel
    sent_as: str
    office: str = ""


@dataclass(frozen=True, slots=True)
class Registration:
    """One application as it stands.

    `version` counts every change, `person_version` those of what somebody is recognised by.
    """

    id: int
    reference: str
    channel: Channel
    office: str
    status: Status
    version: int
    person_version: int
    facts: Facts
    received_at: datetime
    identity_way: Way | None
    identity_what: tuple[str, ...]
    identity_at: datetime | None
    missing: tuple[Missing, ...]
    note: str
    decided_at: datetime | None
    member_id: int | None
    account_number: str | None

    @property
    def person(self) -> Person:
        return self.facts.person

    @property
    def name(self) -> str:
        return str(self.facts.person.name)


@dataclass(frozen=True, slots=True)
class Likely:
    """A member who may be the applicant, why, and what somebody said who looked; empty where nobody did."""

    member: Member
    reasons: tuple[Reason, ...]
    other_because: str = ""


@dataclass(frozen=True, slots=True)
class AllLikely:
    """The members who may be the applicant, those most alike first; `has_more`: not all were read."""

    people: tuple[Likely, ...]
    has_more: bool = False


@dataclass(frozen=True, slots=True)
class ApplicantLetter:
    """A letter to an applicant. It waits to be printed and mailed until somebody says that it was.

    `has_email`: it is e-mailed too, and was once `emailed_at` says so.
    """

    id: int
    registration_id: int
    dated_on: date
    has_email: bool
    emailed_at: datetime | None
    mailed_at: datetime | None


class RegistrationRefused(Exception):
    """Something cannot be done with an application as it stands. `name` is the situation."""

    def __init__(self, name: str) -> None:
        super().__init__(name.replace("_", " "))
        self.name = name
