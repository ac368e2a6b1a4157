"""The evidence file of a dispute: its documents in order, with their pages; who was asked about it."""

from dataclasses import dataclass
from datetime import datetime

from openmember.cases.documents.services import list_documents
from openmember.cases.documents.types import CaseDocument
from openmember.cases.types import Case
from openmember.grievances.types import Dispute
from openmember.kernel.sql import fetch_all


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One document of the file. `first` and `last` are its pages in it; one not counted takes one."""

    number: int
    document: CaseDocument
    pages: int | None
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Reviewer:
    """A clinician who was asked, and the opinion once it is given."""

    user_id: int
    name: str
    specialty: str
    asked_at: datetime
    opinion: str
    given_at: datetime | None


def list_exhibits(*, case: Case) -> tuple[Exhibit, ...]:
    """Return the documents of a case as the file a reviewer gets, the oldest first."""
    documents = list_documents(case=case)
    counted = {
        row.document_id: row.pages
        for row in fetch_all(
            "SELECT document_id, pages FROM grievances_pages WHERE document_id = ANY (%(ids)s)",
            {"ids": [one.id for one in documents]},
        )
    }
    found: list[Exhibit] = []
    for number, document in enumerate(documents, start=1):
        first = found[-1].last + 1 if found else 1
        pages = counted.get(document.id)
        found.append(Exhibit(number, document, pages, first, first + (pages or 1) - 1))
    return tuple(found)


def list_reviewers(*, dispute: Dispute) -> tuple[Reviewer, ...]:
    """Return who was asked about a dispute, in the order in which they were."""
    rows = fetch_all(
        "SELECT r.user_id, u.first_name, r.specialty, r.asked_at, r.opinion, r.given_at"
        " FROM grievances_reviewer r JOIN members_user u ON u.id = r.user_id"
        " WHERE r.dispute_id = %(id)s ORDER BY r.id",
        {"id": dispute.id},
    )
    return tuple(
        Reviewer(
            row.user_id, row.first_name, row.specialty, row.asked_at, row.opinion, row.given_at
        )
        for row in rows
    )
