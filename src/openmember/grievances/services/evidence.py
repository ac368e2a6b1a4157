"""The pages of a dispute's documents, counted once and kept."""

from contextlib import suppress
from typing import Any

from openmember.documents.services import reading
from openmember.documents.types import NotReadable
from openmember.grievances.handoffs.rendering import setting
from openmember.grievances.types import Dispute
from openmember.kernel.sql import fetch_all

_UNCOUNTED = """
SELECT d.id, d.stored_as, f.media_type FROM cases_document d JOIN documents_file f USING (stored_as)
WHERE d.removed_at IS NULL AND NOT EXISTS (SELECT FROM grievances_pages p WHERE p.document_id = d.id)
  AND (d.case_id = %(case)s OR d.case_id IN (SELECT id FROM cases_case WHERE merged_into = %(case)s))
"""


def count_pages(*, dispute: Dispute) -> None:
    """Count the pages of documents nobody counted: as they will be set in the file, none where they cannot be.

    A file the virus scanner holds is counted once it is let through.
    """
    for row in fetch_all(_UNCOUNTED, {"case": dispute.case_id}):
        with suppress(NotReadable):
            _keep(row.id, _pages_of(row))


def cannot_be_set(*, document_id: int) -> None:
    """Note that a document that was counted could not be set all the same: it takes one page, which says so."""
    fetch_all(
        "UPDATE grievances_pages SET pages = NULL WHERE document_id = %(id)s", {"id": document_id}
    )


def _pages_of(row: Any) -> int | None:
    with reading(stored_as=row.stored_as) as source:
        return setting.count_pages(source, row.media_type)


def _keep(document_id: int, pages: int | None) -> None:
    fetch_all(
        "INSERT INTO grievances_pages (document_id, pages) VALUES (%(id)s, %(pages)s)"
        " ON CONFLICT DO NOTHING",
        {"id": document_id, "pages": pages},
    )
