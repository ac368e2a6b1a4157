"""All documents of a member in one list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from django.urls import reverse
from django.utils.translation import gettext as _

from openmember.billing.statements import queries as statements
from openmember.billing.statements.types import Statement
from openmember.letters import queries as letters
from openmember.portal.access import MemberRequest
from openmember.ui import formats
from openmember.ui.types import Cell, Column


@dataclass(frozen=True, slots=True)
class Document:
    """One statement or letter in the list."""

    kind: str
    title: str
    on: date
    url: str


@dataclass(frozen=True, slots=True)
class Documents:
    """A page of documents, and how many there are in all."""

    shown: Sequence[Document]
    total: int


def find_documents(
    request: MemberRequest, *, kind: str, year: int | None, offset: int, limit: int
) -> Documents:
    """Return the holder's own statements and letters, newest first. Two statements at most."""
    found: list[Document] = []
    if kind != "letter":
        found += _statements(request, year)
    if kind != "statement":
        found += _letters(request, year)
    found.sort(key=attrgetter("on"), reverse=True)
    return Documents(found[offset : offset + limit], len(found))


def _statements(request: MemberRequest, year: int | None) -> list[Document]:
    return [
        Document(
            "statement",
            _title(one, request.account.number),
            one.made_at.date(),
            reverse("portal:statement", args=[one.reference]),
        )
        for one in statements.list_statements(
            numbers=request.account.numbers, holder_id=request.member.id, year=year
        )
    ]


def _title(one: Statement, number: str) -> str:
    """Return a statement's title; one of a number that leads here says which, for a month may have both."""
    month = formats.day(one.month, "month")
    if one.account_number == number:
        return _("Statement for %(month)s") % {"month": month}
    return _("Statement for %(month)s, number ending in %(digits)s") % {
        "month": month,
        "digits": one.account_number[-4:],
    }


def _letters(request: MemberRequest, year: int | None) -> list[Document]:
    return [
        Document(
            "letter", one.subject or _("Letter"), one.dated_on,
            reverse("portal:letter", args=[one.reference]),
        )
        for one in letters.list_letters(
            numbers=request.account.numbers, member_id=request.member.id, year=year
        )
    ]  # fmt: skip


def columns() -> tuple[Column, ...]:
    """Return the headings of the list."""
    return (Column(_("Document")), Column(_("Kind")), Column(_("Date"), kind="date"))


def row(document: Document) -> tuple[Cell, ...]:
    """Return a document as a row of the list."""
    return (
        Cell(document.title, url=document.url),
        Cell(_("Statement") if document.kind == "statement" else _("Letter")),
        Cell(document.on, kind="date"),
    )
