"""Threads and messages as other rooms and surfaces see them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from openmember.cases.types import Case
from openmember.documents.types import Scan
from openmember.kernel.references import identity, reference


class Then(StrEnum):
    """What becomes of the case once the team has answered."""

    GOES_ON = "goes_on"
    WAITS = "waits"  # for the member
    SETTLED = "settled"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file of a message. It is a document of the case, and is read as one."""

    document_id: int
    reference: str
    name: str
    size_bytes: int
    scan: Scan

    @property
    def is_readable(self) -> bool:
        """Whether the virus scanner, where there is one, has let it through."""
        return self.scan in {Scan.NONE, Scan.CLEAN}


@dataclass(frozen=True, slots=True)
class Message:
    """One thing written in a thread.

    Shape:  `id` is 0 where a case began otherwise than by message and its first words are shown.
            `read_at` is when somebody of the other side first had it before them.
            `flags` are red flags of which the member said that they are no emergency.
    """

    id: int
    at: datetime
    body: str
    is_members: bool
    author_id: int | None
    author_name: str
    attachments: tuple[Attachment, ...] = ()
    read_at: datetime | None = None
    is_new: bool = False
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thread:
    """A case with what was written about it, as a list of threads shows it."""

    case: Case
    last_at: datetime
    last_is_members: bool
    last_words: str
    unread: int
    files: int
    reply_due_at: datetime | None
    member_name: str = ""


@dataclass(frozen=True, slots=True)
class DraftFile:
    """A file kept with a draft."""

    id: int
    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody writes and has not sent, with its files. `case_number` is empty for a new thread."""

    id: int
    member_id: int
    case_id: int | None
    case_number: str
    team: str
    subject: str
    body: str
    key: str
    version: int
    saved_at: datetime
    files: tuple[DraftFile, ...] = ()

    @property
    def reference(self) -> str:
        return reference("D", self.id)

    @property
    def is_empty(self) -> bool:
        return not (self.body.strip() or self.subject.strip() or self.files)


@dataclass(frozen=True, slots=True)
class Written:
    """What a form says of a draft. `team` empty: it is found from the words."""

    body: str
    subject: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class Wishes:
    """How somebody is told that a message waits. A device is told where the member said so there."""

    by_email: bool = True
    by_text: bool = False


@dataclass(frozen=True, slots=True)
class CannedAnswer:
    """An answer a team gives often, in every language. `titles` is what the desk calls it."""

    code: str
    team: str
    titles: Mapping[str, str]
    bodies: Mapping[str, str]


def draft_id(text: str) -> int:
    """Return the id behind a draft's reference. Errors: kernel.references.BadReference."""
    return identity("D", text)
