"""The pages of a dispute's documents, counted once and kept."""

from contextlib import suppress
from typing import Any, BinaryIO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from openmember.documents.services import reading
from openmember.documents.types import NotReadable
from openmember.grievances.types import Dispute
from openmember.kernel.sql import fetch_all

# A file from outside can be broken in every way.
_BROKEN = (
    PyPdfError, ArithmeticError, AttributeError, LookupError, OSError, RecursionError, TypeError, ValueError,
)  # fmt: skip
_UNCOUNTED = """
SELECT d.id, d.stored_as, f.media_type FROM cases_document d JOIN documents_file f USING (stored_as)
WHERE d.removed_at IS NULL AND NOT EXISTS (SELECT FROM grievances_pages p WHERE p.document_id = d.id)
  AND (d.case_id = %(case)s OR d.case_id IN (SELECT id FROM cases_case WHERE merged_into = %(case)s))
"""


def count_pages(*, dispute: Dispute) -> None:
    """Count the pages of documents nobody counted: those of a PDF, one of a picture, none of a text.

    A file the virus scanner holds is counted once it is let through.
    """
    for row in fetch_all(_UNCOUNTED, {"case": dispute.case_id}):
        with suppress(NotReadable):
            _keep(row.id, _pages_of(row))


def _pages_of(row: Any) -> int | None:
    if row.media_type.startswith("image/"):
        return 1
    if row.media_type != "application/pdf":
        return None
    with reading(stored_as=row.stored_as) as source:
        return pages_of_pdf(source)


def pages_of_pdf(source: BinaryIO) -> int | None:
    """Return how many pages a PDF has; None where that cannot be read, as where it is locked or broken."""
    try:
        return PdfReader(source).get_num_pages() or None
    except _BROKEN:
        return None


def _keep(document_id: int, pages: int | None) -> None:
    fetch_all(
        "INSERT INTO grievances_pages (document_id, pages) VALUES (%(id)s, %(pages)s)"
        " ON CONFLICT DO NOTHING",
        {"id": document_id, "pages": pages},
    )
