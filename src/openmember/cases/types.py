"""Cases as other rooms and surfaces see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum


class Channel(StrEnum):
    """How a contact comes, or how a case began."""

    PHONE = "phone"
    PORTAL = "portal"
    MESSAGE = "message"
    IN_PERSON = "in_person"
    MAIL = "mail"
    EMAIL = "email"
    PHONE_LINE = "phone_line"  # the keypad line, without a person


class Status(StrEnum):
    """Where a case stands."""

    NEW = "new"
    OPEN = "open"
    WAITING_ON_MEMBER = "waiting_on_member"
    WAITING_ON_OTHER = "waiting_on_other"
    REOPENED = "reopened"
    RESOLVED = "resolved"
    CLOSED = "closed"
    MERGED = "merged"

    @property
    def is_open(self) -> bool:
        return self not in {Status.RESOLVED, Status.CLOSED, Status.MERGED}


class Priority(IntEnum):
    """What comes first. Lower is sooner."""

    URGENT = 1
    HIGH = 2
    NORMAL = 3
    LOW = 4


class Sight(IntEnum):
    """How much of a case somebody may see."""

    NONE = 0
    HEADLINE = 1  # number, subject, status, promise: what helps whoever has the member on the line
    FULL = 2


class LinkKind(StrEnum):
    """What a case can be about."""

    BILL = "bill"
    CLAIM = "claim"
    PAYMENT = "payment"
    ACCOUNT = "account"
    CASE = "case"
    LETTER = "letter"


class Alarm(StrEnum):
    """What somebody must look at now."""

    TRANSFER_REFUSED = "transfer_refused"
    TRANSFER_EXPIRED = "transfer_expired"
    CALLBACK_DUE = "callback_due"
    CALLBACK_BROKEN = "callback_broken"
    CLOCK_DUE = "clock_due"
    CLOCK_LATE = "clock_late"
    MEMBER_WROTE = "member_wrote"
    UNHAPPY = "unhappy"
    REPLY_DUE = "reply_due"
    REPLY_LATE = "reply_late"
    LETTER_RETURNED = "letter_returned"
    LETTER_LACKING = "letter_lacking"
    FILE_READY = "file_ready"  # to be sent to a reviewer outside
    HANDOFF_SILENT = "handoff_silent"  # who got it says nothing
    HANDOFF_RETURNED = "handoff_returned"
    LOG_UNFIT = "log_unfit"  # a corrected rule would not take what is written of a dispute
    FILE_FAILED = "file_failed"  # it could not be made, and is not tried any more


class CaseRefused(Exception):
    """This cannot be done now; nothing was changed. `name` is the situation, the message says why."""

    def __init__(self, name: str, detail: str = "") -> None:
        super().__init__(detail or name.replace("_", " "))
        self.name = name


class EditedMeanwhile(CaseRefused):
    """Somebody else changed it since it was read. What was written is kept; `version` is the one there is."""

    def __init__(self, version: int) -> None:
        super().__init__("edited_meanwhile", "somebody else changed this meanwhile")
        self.version = version


@dataclass(frozen=True, slots=True)
class Case:
    """A piece of work with a number, an owner and a clock."""

    id: int
    number: str
    category: str
    team: str
    region: str
    topic: str
    priority: Priority
    status: Status
    member_id: int | None
    account_number: str | None
    subject: str
    need: str
    language: str
    channel: Channel
    owner_id: int | None
    owner_name: str
    facts: Mapping[str, str]
    version: int
    opened_at: datetime
    opened_by: str
    resolved_at: datetime | None
    closed_at: datetime | None
    resolution: str
    resolutions: int
    due_at: datetime | None
    is_expedited: bool
    merged_into: int | None

    @property
    def is_open(self) -> bool:
        return self.status.is_open

    @property
    def answer_by(self) -> datetime | None:
        """The last minute in time, as people say it: `due_at` is the first moment that is late."""
        return self.due_at - timedelta(minutes=1) if self.due_at else None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a case. Its log is only ever added to."""

    id: int
    case_id: int
    at: datetime
    kind: str
    actor: str
    actor_name: str
    is_visible: bool
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote on a case; `is_visible` is what the member reads too."""

    id: int
    case_id: int
    at: datetime
    author: str
    author_name: str
    is_visible: bool
    body: str

    @property
    def is_members(self) -> bool:
        """Whether the member wrote it."""
        return self.author.startswith("member:")


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody is writing on a case and has not sent."""

    body: str
    version: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Tick:
    """One item of the checklist that was done."""

    item: str
    at: datetime
    actor_name: str


@dataclass(frozen=True, slots=True)
class Link:
    """Something a case is about."""

    id: int
    case_id: int
    kind: LinkKind
    target: str
    account_number: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody who has the case in front of them."""

    user_id: int
    name: str
    is_writing: bool
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class Expedite:
    """A request to decide sooner because of somebody's health. `granted` None is undecided."""

    id: int
    case_id: int
    reason: str
    by_clinician: bool
    asked_at: datetime
    asked_name: str
    granted: bool | None
    decision: str
    decided_at: datetime | None
    decided_name: str


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """How the member found one answer: 1 to 5, and their words."""

    resolution: int
    score: int
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm that nobody has cleared."""

    id: int
    case_id: int
    case_number: str
    subject: str
    kind: Alarm
    subject_id: int | None
    team: str
    user_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a case is opened with. `facts` answers the category's questions by their codes.

    An empty `subject` becomes the category's title in the member's language; an empty `team` the category's.
    `sent_as` is the key of the form it was asked with: of one person, one key opens one case.
    """

    category: str
    member_id: int | None
    channel: Channel
    region: str = ""
    account_number: str | None = None
    subject: str = ""
    need: str = ""
    language: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    priority: Priority | None = None
    team: str = ""
    topic: str = ""
    sent_as: str = ""
