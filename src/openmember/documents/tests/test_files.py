"""What is taken for a document, and what becomes of the file."""

import io
import stat
import sys
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.documents import jobs, services
from openmember.documents.content import recognise
from openmember.documents.naming import shown_name
from openmember.documents.storage import keep, path_of
from openmember.documents.testing import PDF, File, a_file
from openmember.documents.types import ALL, WORD, FileRefused, NotReadable, Refusal, Scan

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\0" * 40
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 40
HEIC = b"\0\0\0\x18ftypheic" + b"\0" * 40


def refusal(content: bytes, name: str = "pay.pdf") -> Refusal:
    with pytest.raises(FileRefused) as refused:
        keep(File(name, content))
    return refused.value.refusal


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(PDF, "application/pdf"), (JPEG, "image/jpeg"), (PNG, "image/png"), (HEIC, "image/heic")],
)
def test_a_type_is_known_by_its_content_whatever_its_name(content, media_type):
    assert keep(File("anything.exe", content)).media_type == media_type


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\0 a program named .pdf",
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"PK\x03\x04 an office document",
        b"%PDF-1.7 cut off before its end",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"just text",
    ],
)
def test_anything_else_is_refused_and_nothing_is_left_of_it(content, documents_folder):
    assert refusal(content) is Refusal.WRONG_TYPE
    assert [path for path in documents_folder.rglob("*") if path.is_file()] == []


def test_nothing_and_too_much_are_refused(settings, documents_folder):
    settings.DOCUMENT_MAX_BYTES = len(PDF)

    assert refusal(b"") is Refusal.EMPTY
    assert keep(File("a.pdf", PDF)).size_bytes == len(PDF)
    assert refusal(PDF + b"\n") is Refusal.TOO_LARGE
    assert len([path for path in documents_folder.rglob("*") if path.is_file()]) == 1


def test_a_file_lies_under_a_random_name_that_only_we_may_read():
    first, second = keep(File("../../etc/passwd.pdf", PDF)), keep(File("b.pdf", PDF))

    assert first.stored_as != second.stored_as
    assert first.sha256 == second.sha256
    mode = path_of(first.stored_as).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600
    assert path_of(first.stored_as).read_bytes() == PDF


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 48 + "/..", "A" * 48, "", "0" * 47])
def test_no_path_leads_out_of_the_folder(name):
    with pytest.raises(ValueError, match="stored"):
        path_of(name)


def a_scanner(settings, answer: int) -> None:
    settings.DOCUMENT_SCAN_COMMAND = f"{sys.executable} -c 'raise SystemExit({answer})'"


def test_what_the_scanner_finds_is_not_taken(settings, documents_folder):
    a_scanner(settings, 1)

    assert refusal(PDF) is Refusal.INFECTED
    assert [path for path in documents_folder.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("answer", [2, 127])
def test_what_the_scanner_cannot_look_at_waits(settings, answer):
    a_scanner(settings, answer)

    assert keep(File("a.pdf", PDF)).scan is Scan.WAITING


def test_a_scanner_that_is_not_there_opens_no_door(settings):
    settings.DOCUMENT_SCAN_COMMAND = "no-such-scanner --fast"

    assert keep(File("a.pdf", PDF)).scan is Scan.WAITING


def test_a_clean_file_is_marked_as_scanned(settings):
    assert keep(File("a.pdf", PDF)).scan is Scan.NONE
    # The scanner is given the file that was sent, whole.
    check = "import sys; sys.exit(not open(sys.argv[1], 'rb').read().startswith(b'%PDF'))"
    settings.DOCUMENT_SCAN_COMMAND = f'{sys.executable} -c "{check}"'

    assert keep(File("a.pdf", PDF)).scan is Scan.CLEAN


def read(stored_as: str) -> bytes:
    with services.reading(stored_as=stored_as) as source:
        return source.read()


@pytest.mark.django_db(transaction=True)
def test_a_file_in_quarantine_is_read_by_nobody_until_it_is_clean(settings):
    a_scanner(settings, 2)
    with services.receiving(upload=a_file()) as kept:
        pass

    with pytest.raises(NotReadable):
        read(kept.stored_as)
    assert jobs.scan_waiting() == 0

    a_scanner(settings, 0)
    assert jobs.scan_waiting() == 1
    assert read(kept.stored_as).startswith(b"%PDF")


@pytest.mark.django_db(transaction=True)
def test_a_file_found_infected_later_is_gone(settings):
    a_scanner(settings, 2)
    with services.receiving(upload=a_file()) as kept:
        pass
    a_scanner(settings, 1)

    assert jobs.scan_waiting() == 1

    assert not path_of(kept.stored_as).exists()
    with pytest.raises(NotReadable):
        read(kept.stored_as)


@pytest.mark.django_db
def test_a_file_whose_owner_fails_is_not_kept(documents_folder):
    with pytest.raises(RuntimeError), services.receiving(upload=a_file()):
        raise RuntimeError

    assert [path for path in documents_folder.rglob("*") if path.is_file()] == []


def a_word_file(*more: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as parts:
        for name in ("[Content_Types].xml", "word/document.xml", *more):
            parts.writestr(name, "<x/>")
    return held.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"II*\0" + b"\0" * 40, "image/tiff"),
        (b"MM\0*" + b"\0" * 40, "image/tiff"),
        (a_word_file(), WORD),
        ("Señora: 您好\n".encode(), "text/plain"),
    ],
)
def test_where_more_is_taken_more_is_known(content, media_type):
    assert keep(File("letter.exe", content), ALL).media_type == media_type
    assert refusal(content) is Refusal.WRONG_TYPE


@pytest.mark.parametrize(
    "content",
    [
        a_word_file("word/vbaProject.bin"),
        b"PK\x03\x04 cut off",
        b"<script>alert(1)</script>",
        b"#!/bin/sh\nrm -rf /\n",
        b"one\0two",
        b"\xff\xfe\xfd",
        b"   \n",
    ],
)
def test_what_could_run_is_taken_nowhere(content):
    with pytest.raises(FileRefused):
        keep(File("note.txt", content), ALL)


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_no_content_breaks_the_recognition(head, tail):
    assert recognise(head, tail) in {
        None,
        "application/pdf",
        "image/jpeg",
        "image/png",
        "image/heic",
        "image/tiff",
    }


@given(st.text(max_size=300))
def test_a_name_is_safe_to_show_and_to_send_back(name):
    shown = shown_name(name)

    assert 0 < len(shown) <= 120
    assert not set(shown) & {"/", "\\", "\n", "\r", "\0"}


@pytest.mark.django_db
def test_what_an_interrupted_upload_left_is_swept_a_day_later():
    with services.receiving(upload=a_file()) as wanted:
        pass
    orphan = keep(File("a.pdf", PDF))
    half = path_of(keep(File("b.pdf", PDF)).stored_as)
    half.rename(half.with_suffix(".part"))

    assert jobs.sweep_documents(now=time.time()) == 0
    assert jobs.sweep_documents(now=time.time() + 2 * 86_400) == 2
    assert path_of(wanted.stored_as).exists()
    assert not path_of(orphan.stored_as).exists()
