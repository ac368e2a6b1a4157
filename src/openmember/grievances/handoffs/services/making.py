"""Making the file of a dispute: one PDF with every page numbered; a ZIP with it and what could not be set."""

import errno
import json
import zipfile
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from functools import partial
from hashlib import sha256
from typing import Any, BinaryIO
from zoneinfo import ZoneInfo

from openmember.cases.services import steps as case_steps
from openmember.cases.types import Case
from openmember.documents import services as files
from openmember.documents.types import Kept, NotReadable
from openmember.grievances.file import Exhibit, Reviewer, list_exhibits, list_reviewers
from openmember.grievances.handoffs.queries import get_package, withheld_of
from openmember.grievances.handoffs.rendering import setting
from openmember.grievances.handoffs.rendering.binding import BROKEN, Binder
from openmember.grievances.handoffs.summary import cover_of, notice_of, stamp_words, title_of
from openmember.grievances.handoffs.types import Bound, How, Package, Purpose
from openmember.grievances.services.evidence import cannot_be_set, count_pages
from openmember.grievances.types import Dispute, Kind, Logged, Step
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.queries import get_member
from openmember.members.types import Actor, Member

_ROMAN = (
    (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_BLOCK = 1024 * 1024
# A file made of the same things is the same, whenever it is made.
_ZIP_DAY = (2000, 1, 1, 12, 0, 0)


@dataclass(frozen=True, slots=True)
class _Book:
    """Everything a file is made of."""

    dispute: Dispute
    case: Case
    member: Member
    reviewers: tuple[Reviewer, ...]
    bound: tuple[Bound, ...]
    stored: dict[int, str]
    added_on: tuple[date, ...]
    purpose: Purpose
    language: str

    @property
    def pages(self) -> int:
        return self.bound[-1].last if self.bound else 0

    def stamp(self, page: str) -> str:
        return stamp_words(self.case.number, page, self.pages, self.language)


class _Changed(Exception):
    """A document turned out to be other than it was counted."""


class _SameAgain(Exception):
    """There is this very file already."""


def make_package(
    *, dispute: Dispute, purpose: Purpose, language: str, now: datetime, actor: Actor
) -> Package:
    """Make the file of a dispute as it is now, and return it; the same contents return the first.

    Shape:  written to the store piece by piece: no more than one document is held. The bytes depend on what is
            in the file alone.
    """
    while True:
        count_pages(dispute=dispute)
        book = _gather(dispute, purpose, language)
        try:
            return _make(book, now, actor)
        except (_Changed, NotReadable):
            # Taken back, held or found broken meanwhile: it is put together anew. Each turn has one fewer.
            continue
        except _SameAgain as same:
            return _known(book, str(same))


def mark_of(*, dispute: Dispute, purpose: Purpose, language: str) -> str:
    """Return what a file made now would say, as a sum.

    That the file itself was sent is not counted, so that the same one can be sent again.
    """
    count_pages(dispute=dispute)
    return _mark(_gather(dispute, purpose, language))


def _mark(book: _Book) -> str:
    events = tuple(one for one in book.dispute.events if not _is_sending(one))
    said = _cover(replace(book, dispute=replace(book.dispute, events=events)))
    whole = json.dumps([said, [asdict(one) for one in book.bound]], default=str, sort_keys=True)
    return sha256(whole.encode()).hexdigest()


def _is_sending(logged: Logged) -> bool:
    sent = {Step.FORWARD.value, Step.DOCUMENTS.value}
    return logged.event.kind is Kind.DONE and logged.event.detail.get("step") in sent


def _cover(book: _Book) -> dict[str, Any]:
    return cover_of(
        dispute=book.dispute, case=book.case, member=book.member, reviewers=book.reviewers,
        bound=book.bound, added_on=book.added_on, purpose=book.purpose, language=book.language,
    )  # fmt: skip


def _gather(dispute: Dispute, purpose: Purpose, language: str) -> _Book:
    case = case_steps.again(dispute.case_id)
    exhibits = list_exhibits(case=case)
    ids = [one.document.id for one in exhibits]
    rows = {
        row.id: row
        for row in fetch_all(
            "SELECT d.id, d.stored_as, f.sha256 FROM cases_document d JOIN documents_file f USING (stored_as)"
            " WHERE d.id = ANY (%(ids)s)",
            {"ids": ids},
        )
    }
    withheld = withheld_of(document_ids=ids) if purpose is Purpose.COPY else {}
    zone = ZoneInfo(dispute.standing.zone)
    return _Book(
        dispute=dispute, case=case, member=get_member(member_id=dispute.member_id),
        reviewers=list_reviewers(dispute=dispute),
        bound=tuple(
            _bound(one, rows[one.document.id].sha256, withheld.get(one.document.id, "")) for one in exhibits
        ),
        stored={row.id: row.stored_as for row in rows.values()},
        added_on=tuple(one.document.added_at.astimezone(zone).date() for one in exhibits),
        purpose=purpose, language=language,
    )  # fmt: skip


def _bound(one: Exhibit, sha256: str, withheld: str) -> Bound:
    document = one.document
    how = How.SET
    if withheld:
        how = How.WITHHELD
    elif not document.is_readable:
        how = How.HELD
    elif one.pages is None or not _is_settable(document.media_type):
        how = How.AS_IS
    return Bound(
        one.number, document.id, document.name, document.media_type, document.size_bytes, sha256,
        one.first, one.last, how, withheld,
    )  # fmt: skip


def _is_settable(media_type: str) -> bool:
    return media_type in {setting.PDF, setting.TEXT, *setting.PICTURES}


def _make(book: _Book, now: datetime, actor: Actor) -> Package:
    with (
        files.making(write=partial(_write_pdf, book), media_type=setting.PDF) as pdf,
        files.making(write=partial(_write_zip, book, pdf), media_type="application/zip") as bundle,
    ):
        package_id = _keep(book, pdf, bundle, now, actor)
    return get_package(dispute=book.dispute, package_id=package_id)


def _keep(book: _Book, pdf: Kept, bundle: Kept, now: datetime, actor: Actor) -> int:
    row = fetch_one(
        "INSERT INTO grievances_package (dispute_id, purpose, language, stored_as, bundled_as, sha256,"
        " pages, bound, contents, made_at, made_by) VALUES (%(dispute)s, %(purpose)s, %(language)s, %(pdf)s,"
        " %(zip)s, %(sha256)s, %(pages)s, %(bound)s, %(contents)s, %(now)s, %(actor)s)"
        " ON CONFLICT (dispute_id, purpose, sha256) DO NOTHING RETURNING id",
        {
            "dispute": book.dispute.id,
            "purpose": book.purpose.value,
            "language": book.language,
            "pdf": pdf.stored_as,
            "zip": bundle.stored_as,
            "sha256": bundle.sha256,
            "pages": book.pages,
            "bound": json.dumps([asdict(one) for one in book.bound]),
            "contents": _mark(book),
            "now": now,
            "actor": str(actor),
        },
    )
    if row is None:
        raise _SameAgain(bundle.sha256)
    audit.record(
        actor=str(actor), action="dispute.file_made", account_number=book.case.account_number,
        member_id=book.case.member_id, case_id=book.case.id, package_id=row.id, pages=book.pages,
    )  # fmt: skip
    return int(row.id)


def _known(book: _Book, sha256: str) -> Package:
    row = fetch_one(
        "SELECT id FROM grievances_package"
        " WHERE (dispute_id, purpose, sha256) = (%(dispute)s, %(purpose)s, %(sha256)s)",
        {"dispute": book.dispute.id, "purpose": book.purpose.value, "sha256": sha256},
    )
    return get_package(dispute=book.dispute, package_id=row.id)


def _write_pdf(book: _Book, target: BinaryIO) -> None:
    """Write the cover with the index, and every document."""
    binder = Binder(target)
    cover = setting.set_cover(_cover(book))
    title = title_of(book.purpose, book.case.number, book.language)
    before = setting.pages_of_pdf(cover) or 0
    binder.add(cover, [book.stamp(_roman(one)) for one in range(1, before + 1)], title=title)
    for one in book.bound:
        _bind(book, one, binder)
    binder.finish(title=title, language=book.language, unnumbered=before)


def _bind(book: _Book, one: Bound, binder: Binder) -> None:
    title = f"{one.number}. {one.name}"
    if one.how is not How.SET:
        page = str(one.first) if one.first == one.last else f"{one.first}-{one.last}"
        binder.add(
            setting.set_notice(notice_of(one, book.language)), [book.stamp(page)], title=title
        )
        return
    stamps = [book.stamp(str(page)) for page in range(one.first, one.last + 1)]
    with files.reading(stored_as=book.stored[one.document_id]) as source:
        pages = setting.pages_of(source, one.media_type, one.name)
        try:
            if pages is None:
                raise ValueError("it cannot be set")
            binder.add(pages, stamps, title=title)
        except BROKEN as broken:
            if isinstance(broken, OSError) and broken.errno != errno.EINVAL:
                raise  # The disk is at fault, and not the document.
            cannot_be_set(document_id=one.document_id)
            raise _Changed from broken


def _write_zip(book: _Book, pdf: Kept, target: BinaryIO) -> None:
    """Write the PDF, the list of everything with its sum, and what goes along as it is."""
    name = book.case.number
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as bundle:
        _put(bundle, f"{name}.pdf", pdf.stored_as)
        for one in book.bound:
            if one.how is How.AS_IS:
                _put(bundle, beside_name(one), book.stored[one.document_id])
        listed = {
            "number": name,
            "purpose": book.purpose.value,
            "pages": book.pages,
            "pdf": {"name": f"{name}.pdf", "sha256": pdf.sha256},
            "documents": [_listed(one) for one in book.bound],
        }
        text = json.dumps(listed, indent=2, ensure_ascii=False) + "\n"
        bundle.writestr(zipfile.ZipInfo("manifest.json", _ZIP_DAY), text)


def beside_name(one: Bound) -> str:
    """Return what a document that goes along as it is is called in the ZIP."""
    return f"documents/{one.number:03d}-{one.name.replace('/', '-')}"


def _listed(one: Bound) -> dict[str, object]:
    listed: dict[str, object] = {
        "number": one.number, "name": one.name, "first_page": one.first, "last_page": one.last,
        "how": one.how.value,
    }  # fmt: skip
    if one.how in {How.SET, How.AS_IS}:
        listed |= {"media_type": one.media_type, "size_bytes": one.size_bytes, "sha256": one.sha256}
    if one.how is How.AS_IS:
        listed["file"] = beside_name(one)
    if one.reason:
        listed["reason"] = one.reason
    return listed


def _put(bundle: zipfile.ZipFile, name: str, stored_as: str) -> None:
    with (
        files.open_file(stored_as=stored_as) as source,
        bundle.open(zipfile.ZipInfo(name, _ZIP_DAY), "w", force_zip64=True) as entry,
    ):
        while block := source.read(_BLOCK):
            entry.write(block)


def _roman(number: int) -> str:
    said = ""
    for value, letters in _ROMAN:
        while number >= value:
            said, number = said + letters, number - value
    return said
