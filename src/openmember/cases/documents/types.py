"""Files of a case as surfaces see them."""

from dataclasses import dataclass
from datetime import datetime

from openmember.documents.types import Refusal, Scan
from openmember.kernel.references import identity, reference


@dataclass(frozen=True, slots=True)
class CaseDocument:
    """A file sent with a case. `is_visible`: the member reads it too."""

    id: int
    case_id: int
    name: str
    media_type: str
    size_bytes: int
    scan: Scan
    is_visible: bool
    added_at: datetime
    added_by: str

    @property
    def reference(self) -> str:
        return reference("F", self.id)

    @property
    def is_readable(self) -> bool:
        """Whether the virus scanner, where there is one, has let it through."""
        return self.scan in {Scan.NONE, Scan.CLEAN}

    @property
    def is_members(self) -> bool:
        return self.added_by.startswith("member:")


@dataclass(frozen=True, slots=True)
class Added:
    """What became of several files: the names that were kept, and those refused, with why."""

    kept: tuple[str, ...]
    refused: tuple[tuple[str, Refusal], ...]


def document_id(text: str) -> int:
    """Return the id behind a document's reference. Errors: kernel.references.BadReference."""
    return identity("F", text)
