"""The file of a dispute as it was made, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from openmember.grievances.types import Level, Step
from openmember.kernel.references import identity, reference


class Purpose(StrEnum):
    """Whom a file is made for."""

    REVIEWER = "reviewer"  # outside the plan
    COPY = "copy"  # the member's own


class How(StrEnum):
    """How a document is in the file."""

    SET = "set"  # its pages are there
    AS_IS = "as_is"  # a page says so, and the document lies beside the PDF
    HELD = "held"  # the virus scanner has not let it through: it is named and not there
    WITHHELD = "withheld"  # the member reads why


@dataclass(frozen=True, slots=True)
class Bound:
    """One document of a file. `first` and `last` are the numbers of its pages, the same in every file."""

    number: int
    document_id: int
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    first: int
    last: int
    how: How
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """A file that was made: a PDF, and a ZIP that holds it with its list and what could not be set as pages."""

    id: int
    dispute_id: int
    purpose: Purpose
    language: str
    stored_as: str
    bundled_as: str
    sha256: str
    bundle_sha256: str
    size_bytes: int
    bundle_bytes: int
    pages: int
    bound: tuple[Bound, ...]
    made_at: datetime
    contents: str = ""  # what it says, as a sum; none of files made before that was kept

    @property
    def reference(self) -> str:
        return reference("H", self.id)

    @property
    def left_out(self) -> tuple[Bound, ...]:
        return tuple(one for one in self.bound if one.how is How.HELD)

    @property
    def withheld(self) -> tuple[Bound, ...]:
        return tuple(one for one in self.bound if one.how is How.WITHHELD)


class Way(StrEnum):
    """How a file went."""

    PORTAL = "portal"  # the reviewer's own
    FAX = "fax"
    MAIL = "mail"
    COURIER = "courier"


class Said(StrEnum):
    """What a reviewer said of a file."""

    ACKNOWLEDGED = "acknowledged"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reviewer said of a file, once of each kind."""

    kind: Said
    at: datetime
    by_whom: str
    reference: str
    why: str


@dataclass(frozen=True, slots=True)
class Handoff:
    """One sending of the file to a reviewer outside."""

    id: int
    visit: int
    step: Step
    turn: int
    level: Level
    reviewer: str
    reviewer_name: str
    package_id: int
    sha256: str
    way: Way
    sent_to: str
    proof: str
    sent_at: datetime
    again_why: str
    actor_name: str
    answers: tuple[Answer, ...]

    @property
    def package_reference(self) -> str:
        return reference("H", self.package_id)

    def find(self, kind: Said) -> Answer | None:
        return next((one for one in self.answers if one.kind is kind), None)

    @property
    def acknowledged(self) -> Answer | None:
        return self.find(Said.ACKNOWLEDGED)

    @property
    def returned(self) -> Answer | None:
        return self.find(Said.RETURNED)


@dataclass(frozen=True, slots=True)
class ToSend:
    """What can be sent now: for which step, to which level."""

    step: Step
    level: Level
    visit: int


def package_id(text: str) -> int:
    """Return the id behind a file's reference. Errors: kernel.references.BadReference."""
    return identity("H", text)
