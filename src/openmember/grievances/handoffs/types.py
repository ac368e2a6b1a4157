"""The file of a dispute as it was made, and what became of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

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

    @property
    def reference(self) -> str:
        return reference("H", self.id)

    @property
    def left_out(self) -> tuple[Bound, ...]:
        return tuple(one for one in self.bound if one.how is How.HELD)

    @property
    def withheld(self) -> tuple[Bound, ...]:
        return tuple(one for one in self.bound if one.how is How.WITHHELD)


def package_id(text: str) -> int:
    """Return the id behind a file's reference. Errors: kernel.references.BadReference."""
    return identity("H", text)
