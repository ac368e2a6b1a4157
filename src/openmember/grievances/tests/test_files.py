"""The evidence file as one document: every page numbered once, whatever was sent."""

import io
import json
import re
import struct
import zipfile
import zlib
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    RectangleObject,
    TextStringObject,
)

from openmember.cases.documents.services import add_documents, list_documents, remove_document
from openmember.cases.services.steps import again
from openmember.cases.testing import a_supervisor, a_worker, the_member
from openmember.documents.services import open_file
from openmember.documents.testing import File
from openmember.grievances.file import list_exhibits
from openmember.grievances.handoffs.jobs import make_files
from openmember.grievances.handoffs.printing import print_copies
from openmember.grievances.handoffs.queries import list_orders
from openmember.grievances.handoffs.rendering import binding, setting
from openmember.grievances.handoffs.services import ordering
from openmember.grievances.handoffs.services.making import make_package
from openmember.grievances.handoffs.types import How, Purpose
from openmember.grievances.services import assigning
from openmember.grievances.tests.test_disputes import filed
from openmember.grievances.types import BadCourse
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.letters.delivery import send_letters
from openmember.letters.printing import print_letters
from openmember.members.testing import a_member
from openmember.members.types import NotAllowed, Role, system
from openmember.payments.testing import an_account

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 30, 18, 0, tzinfo=UTC)
_serial = count(1)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DOCUMENTS_FOLDER = tmp_path / "documents"


def a_pdf(pages: int, rotation: int = 0, password: str = "", owner: str = "") -> bytes:
    writer, kept = PdfWriter(), io.BytesIO()
    writer.add_metadata({"/Title": str(next(_serial))})
    for number in range(pages):
        writer.add_blank_page(612, 792 + number).rotate(rotation)
    if password or owner:
        writer.encrypt(password, owner or None, algorithm="AES-256")
    writer.write(kept)
    return kept.getvalue()


def a_png(width: int = 3, height: int = 2) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    rows = zlib.compress(b"".join(b"\0" + b"\x40\x80\xc0" * 3 for _ in range(2)))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def broken_inside() -> bytes:
    """A PDF whose pages can be counted and cannot be read: the second one's resources are no dictionary."""
    return a_pdf(2).replace(b"/Contents", b"/Contentz").replace(b"/MediaBox", b"/MediaBux")


SENT = {
    "one page": lambda: a_pdf(1),
    "pages turned": lambda: a_pdf(3, 90),
    "locked": lambda: a_pdf(2, password="known to nobody"),
    "only its owner may print it": lambda: a_pdf(2, owner="somebody"),
    "broken": lambda: f"%PDF-1.7\n{next(_serial)} 0 obj << >> endobj\n%%EOF\n".encode(),
    "broken inside": broken_inside,
    "picture": a_png,
    "bomb": lambda: a_png(60_000, 60_000),
    "no picture": lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 64,
    "photo of a phone": lambda: b"\0\0\0\x18ftypheic" + b"\0" * 64,
    "scan": lambda: b"II*\0" + b"\0" * 64,
    "note": lambda: b"Dear plan,\n\n    it hurts.\n" + "\u75db\u3002\n".encode(),
    "long note": lambda: b"It hurts very much, every day, and at night too.\n" * 150,
    "one long word": lambda: b"a" * 9000,
}  # fmt: skip


def sent(dispute, *kinds: str, actor=None, is_visible=True):
    for at, kind in enumerate(kinds):
        content = SENT[kind]()
        if not content.startswith(b"%PDF"):
            content += f"\n{at}\n".encode()  # The same file twice is one.
        added = add_documents(
            case=again(dispute.case_id), uploads=[File(f"{at}-{kind}", content)], is_visible=is_visible,
            now=NOW, actor=actor or a_worker("grievances"),
        )  # fmt: skip
        assert added.kept, kind


def made(dispute, purpose=Purpose.REVIEWER, language="en"):
    return make_package(
        dispute=dispute, purpose=purpose, language=language, now=NOW, actor=system("files")
    )


def content_of(stored_as: str) -> bytes:
    with open_file(stored_as=stored_as) as source:
        return source.read()


def pages_of(package) -> list[str]:
    reader = PdfReader(io.BytesIO(content_of(package.stored_as)), strict=True)
    return [page.extract_text() for page in reader.pages]


def numbers_of(package, number: str) -> tuple[list[str], list[int]]:
    """Return the numbers at the foot of the pages: those of the cover, and those of the documents."""
    said = [
        re.search(rf"{number} - page ([ivxlc]+|\d+(?:-\d+)?) of (\d+)\s*$", page)
        for page in pages_of(package)
    ]
    assert all(said), "a page without a stamp"
    assert {int(one.group(2)) for one in said} == {package.pages}
    cover = [one.group(1) for one in said if not one.group(1)[0].isdigit()]
    counted = []
    for one in said[len(cover) :]:
        first, _, last = one.group(1).partition("-")
        counted += range(int(first), int(last or first) + 1)
    return cover, counted


@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(kinds=st.lists(st.sampled_from(sorted(SENT)), max_size=5), hidden=st.sets(st.integers(0, 4)))
def test_every_page_has_one_number_and_none_has_two(kinds, hidden):
    dispute = filed()
    sent(dispute, *kinds)
    held = [
        one.id for at, one in enumerate(list_documents(case=again(dispute.case_id))) if at in hidden
    ]
    fetch_all(
        "UPDATE documents_file SET scan = 'waiting' WHERE stored_as IN"
        " (SELECT stored_as FROM cases_document WHERE id = ANY (%(ids)s))",
        {"ids": held},
    )

    package = made(dispute)

    cover, counted = numbers_of(package, dispute.case_number)
    assert counted == list(range(1, package.pages + 1))
    assert cover
    assert len(set(cover)) == len(cover)
    exhibits = list_exhibits(case=again(dispute.case_id))
    assert [(one.first, one.last) for one in package.bound] == [
        (one.first, one.last) for one in exhibits
    ]
    assert {one.document_id for one in package.left_out} == set(held)
    assert made(dispute).id == package.id


def test_each_document_is_set_or_goes_along_as_it_came_with_its_sum():
    dispute = filed()
    sent(dispute, *SENT)

    package = made(dispute)

    how = {one.name.partition("-")[2]: one.how for one in package.bound}
    as_is = {"locked", "broken", "broken inside", "bomb", "no picture", "photo of a phone", "scan"}
    assert {name for name, one in how.items() if one is How.AS_IS} == as_is
    with zipfile.ZipFile(io.BytesIO(content_of(package.bundled_as))) as bundle:
        listed = json.loads(bundle.read("manifest.json"))
        assert bundle.testzip() is None
        beside = [one for one in bundle.namelist() if one.startswith("documents/")]
        assert bundle.read(f"{dispute.case_number}.pdf") == content_of(package.stored_as)
    assert [one["file"] for one in listed["documents"] if "file" in one] == beside
    assert listed["pdf"]["sha256"] == package.sha256
    assert len(beside) == len(as_is)


def test_a_small_source_never_fills_the_disk(monkeypatch):
    writer = PdfWriter()
    page = writer.add_blank_page(72, 72)
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/X"): TextStringObject("A" * 50_000)}
    )
    kids = writer.root_object["/Pages"]["/Kids"]
    kids.extend([kids[0]] * 299)
    writer.root_object["/Pages"][NameObject("/Count")] = NumberObject(300)
    source, target = io.BytesIO(), io.BytesIO()
    writer.write(source)
    monkeypatch.setattr(binding, "_ROOM", 1024)
    binder = binding.Binder(target)
    before = target.tell()

    with pytest.raises(ValueError, match="far more room"):
        binder.add(source, ["x"] * 300)

    assert (target.tell(), binder.pages) == (before, 0)


def test_a_text_of_very_many_lines_goes_along_as_it_came():
    assert setting.count_pages(io.BytesIO(b"a\n" * 1_000), "text/plain") > 10
    assert setting.count_pages(io.BytesIO(b"a\n" * 6_000), "text/plain") is None


def test_the_same_file_has_the_same_bytes_on_another_day(settings, tmp_path):
    dispute = filed()
    sent(dispute, "pages turned", "picture", "note")
    first = made(dispute)
    bytes_of_first = content_of(first.stored_as), content_of(first.bundled_as)

    again_made = make_package(
        dispute=dispute, purpose=Purpose.COPY, language="en", now=NOW + timedelta(days=9),
        actor=system("files"),
    )  # fmt: skip
    remade = make_package(
        dispute=dispute, purpose=Purpose.REVIEWER, language="en", now=NOW + timedelta(days=9),
        actor=system("files"),
    )  # fmt: skip

    assert remade.id == first.id
    assert again_made.id != first.id
    assert (content_of(remade.stored_as), content_of(remade.bundled_as)) == bytes_of_first
    kept = fetch_one(
        "SELECT count(*) AS n FROM documents_file WHERE media_type = 'application/zip'"
    )
    assert kept.n == 2


def test_a_held_document_is_named_and_left_out():
    dispute = filed()
    sent(dispute, "one page", "note")
    fetch_all("UPDATE documents_file SET scan = 'waiting' WHERE media_type = 'text/plain'")

    package = made(dispute)

    assert [one.name for one in package.left_out] == ["1-note"]
    assert "It waits for the virus scanner and is left out." in " ".join(
        pages_of(package)[-1].split()
    )
    assert "it hurts" not in " ".join(pages_of(package))
    listed = json.loads(
        zipfile.ZipFile(io.BytesIO(content_of(package.bundled_as))).read("manifest.json")
    )
    assert "sha256" not in listed["documents"][1]


def test_a_document_taken_back_is_in_no_later_file():
    dispute = filed()
    sent(dispute, "one page", "note")
    rosa = a_worker("grievances")
    first = made(dispute)
    remove_document(
        case=again(dispute.case_id), document_id=first.bound[0].document_id, now=NOW, actor=rosa
    )

    second = made(dispute)

    assert [one.name for one in second.bound] == ["1-note"]
    assert len(first.bound) == 2


def test_nothing_in_a_file_runs_by_itself():
    writer, kept = PdfWriter(), io.BytesIO()
    page = writer.add_blank_page(300, 300)
    script = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert(1)"),
        }
    )
    page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): script})
    seen_mark = {
        "/Subtype": NameObject("/Stamp"), "/Rect": RectangleObject((0, 0, 9, 9)), "/A": script,
        "/AP": DictionaryObject(), "/Contents": TextStringObject("seen"),
    }  # fmt: skip
    mark = DictionaryObject({NameObject(name): value for name, value in seen_mark.items()})
    page[NameObject("/Annots")] = ArrayObject([writer._add_object(mark)])
    writer.add_attachment("evil.exe", b"MZ")
    writer.write(kept)
    dispute = filed()
    add_documents(
        case=again(dispute.case_id), uploads=[File("x.pdf", kept.getvalue())], is_visible=True, now=NOW,
        actor=a_worker("grievances"),
    )  # fmt: skip

    content = content_of(made(dispute).stored_as)

    assert b"app.alert" not in content
    assert b"/JavaScript" not in content
    assert b"EmbeddedFile" not in content
    assert b"(seen)" in content


# The member's copy


def test_the_member_asks_once_and_a_job_gives_it_in_their_language():
    member = a_member(language="es")
    dispute = filed(member)
    sent(dispute, "note")
    actor = the_member(member)

    ordering.order_copy(dispute=dispute, on_paper=False, now=NOW, actor=actor)
    ordering.order_copy(
        dispute=dispute, on_paper=False, now=NOW + timedelta(minutes=1), actor=actor
    )
    waiting = list_orders(dispute=dispute)
    done = make_files(now=NOW + timedelta(minutes=2)), make_files(now=NOW + timedelta(minutes=3))

    (order,) = list_orders(dispute=dispute, purpose=Purpose.COPY)
    assert len(waiting) == 1
    assert waiting[0].package is None
    assert done == (1, 0)
    assert (order.asked_at, order.given_at) == (NOW, NOW + timedelta(minutes=2))
    assert order.package.language == "es"
    assert "Copia de su expediente" in pages_of(order.package)[0]
    assert pages_of(order.package)[-1].rstrip().endswith("página 1 de 1")


def test_a_copy_on_paper_is_printed_once_beside_its_letter(tmp_path):
    member = a_member()
    dispute = filed(member, account_number=an_account(holder=member).number)
    sent(dispute, "note")
    ordering.order_copy(dispute=dispute, on_paper=True, now=NOW, actor=the_member(member))
    make_files(now=NOW)
    send_letters(now=NOW, actor=system("letters"))
    out = tmp_path / "mail"

    copies = [print_copies(folder=out, now=NOW, actor=system("letters")) for _ in range(2)]
    print_letters(folder=out, now=NOW, actor=system("letters"))

    assert copies == [1, 0]
    # Beside what else was written to the member, such as that the dispute came.
    (enclosure,) = out.glob("letter-L-*-enclosure.pdf")
    its_letter = out / enclosure.name.replace("-enclosure", "")
    letter = PdfReader(its_letter).pages[0].extract_text()
    assert "Copy of your file" in letter
    assert "It comes with this letter" in " ".join(letter.split())
    assert list_orders(dispute=dispute)[0].printed_at == NOW


def test_the_copy_holds_no_notes_and_says_why_something_is_withheld():
    dispute = filed()
    sent(dispute, "one page", "long note", is_visible=False)
    vera = a_supervisor("grievances")
    advice = list_documents(case=again(dispute.case_id))[1]
    ordering.withhold(
        dispute=dispute, document_id=advice.id, code="legal_advice", why="Marked privileged", now=NOW,
        actor=vera,
    )  # fmt: skip

    copy, whole = made(dispute, Purpose.COPY), made(dispute)

    said = " ".join(" ".join(pages_of(copy)).split())
    assert [one.how for one in copy.bound] == [How.SET, How.WITHHELD]
    assert "It is withheld: advice of our lawyers to us" in said
    assert "It hurts very much" not in said
    assert "Marked privileged" not in said
    assert numbers_of(copy, dispute.case_number)[1] == numbers_of(whole, dispute.case_number)[1]
    assert [one.how for one in whole.bound] == [How.SET, How.SET]
    ordering.withhold(
        dispute=dispute, document_id=advice.id, code="", why="Waived", now=NOW, actor=vera
    )
    assert [one.how for one in made(dispute, Purpose.COPY).bound] == [How.SET, How.SET]


def test_what_the_member_sent_is_never_withheld_and_only_who_supervises_withholds():
    member = a_member()
    dispute = filed(member)
    sent(dispute, "note", actor=the_member(member))
    (theirs,) = list_documents(case=again(dispute.case_id))
    given_ = {"dispute": dispute, "document_id": theirs.id, "code": "harm", "why": "x", "now": NOW}

    with pytest.raises(BadCourse, match="theirs"):
        ordering.withhold(actor=a_supervisor("grievances"), **given_)
    with pytest.raises(NotAllowed):
        ordering.withhold(actor=a_worker("grievances"), **given_)
    with pytest.raises(NotAllowed):
        ordering.order_copy(dispute=dispute, on_paper=False, now=NOW, actor=the_member(a_member()))
    with pytest.raises(BadCourse, match="no account"):
        ordering.order_copy(dispute=dispute, on_paper=True, now=NOW, actor=the_member(member))


def test_a_clinical_opinion_is_in_the_file():
    dispute = filed()
    nurse = a_worker("grievances", role=Role.NURSE)
    assigning.ask_reviewer(
        dispute=dispute, user_id=nurse.id, specialty="Radiology", now=NOW, actor=nurse
    )
    assigning.give_opinion(dispute=dispute, opinion="An X-ray comes first.", now=NOW, actor=nurse)

    assert "An X-ray comes first." in " ".join(pages_of(made(dispute)))


def test_a_file_that_fails_holds_up_no_other_and_is_tried_again(monkeypatch):
    first, second = filed(), filed()
    rosa = a_worker("grievances")
    for one in (first, second):
        ordering.order_file(dispute=one, now=NOW, actor=rosa)
    real = ordering.make_package

    def failing(*, dispute, **given):
        if dispute.id == first.id:
            raise OSError(28, "No space left on device")
        return real(dispute=dispute, **given)

    monkeypatch.setattr(ordering, "make_package", failing)
    assert make_files(now=NOW) == 1
    monkeypatch.undo()

    assert make_files(now=NOW) == 1
    assert list_orders(dispute=first)[0].tries == 2


def test_a_file_that_failed_five_times_alarms_once_and_is_made_when_asked_for_again(monkeypatch):
    dispute, rosa = filed(), a_worker("grievances")
    ordering.order_file(dispute=dispute, now=NOW, actor=rosa)

    def failing(**_given):
        raise ValueError("a broken page")

    with monkeypatch.context() as patch:
        patch.setattr(ordering, "make_package", failing)
        before = [(make_files(now=NOW), alarms(dispute)) for _ in range(4)]
        after = [(make_files(now=NOW), alarms(dispute)) for _ in range(3)]

    assert before == [(0, [])] * 4
    assert after == [(0, ["file_failed"])] * 3
    assert list_orders(dispute=dispute)[0].has_failed
    ordering.order_file(dispute=dispute, now=NOW, actor=rosa)
    assert alarms(dispute) == []
    assert list_orders(dispute=dispute)[0].is_waiting
    assert make_files(now=NOW) == 1
    assert list_orders(dispute=dispute)[0].package is not None


def alarms(dispute):
    rows = fetch_all(
        "SELECT kind FROM cases_alarm WHERE case_id = %(id)s AND cleared_at IS NULL",
        {"id": dispute.case_id},
    )
    return [row.kind for row in rows]


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE grievances_package SET pages = 1",
        "DELETE FROM grievances_package",
        "DELETE FROM grievances_order",
        "UPDATE grievances_order SET asked_at = now()",
        "UPDATE grievances_order SET given_at = now()",
    ],
)
def test_what_was_asked_for_and_given_stays(change):
    dispute = filed()
    ordering.order_file(dispute=dispute, now=NOW, actor=a_worker("grievances"))
    make_files(now=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        fetch_all(change)
