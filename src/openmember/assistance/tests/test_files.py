"""What is taken for a document, and what becomes of the file."""

import stat
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.assistance import files
from openmember.assistance.files import FileRefused, Refusal, keep, path_of, recognise
from openmember.assistance.services.documents import shown_name
from openmember.assistance.testing import PDF, File

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
    with files.opened(first.stored_as) as source:
        assert source.read() == PDF


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 48 + "/..", "A" * 48, "", "0" * 47])
def test_no_path_leads_out_of_the_folder(name):
    with pytest.raises(ValueError, match="stored"):
        path_of(name)


@pytest.mark.parametrize(
    ("answer", "expected"), [(1, Refusal.INFECTED), (2, Refusal.NOT_SCANNED), (127, Refusal.NOT_SCANNED)]
)  # fmt: skip
def test_what_the_scanner_finds_or_cannot_look_at_is_not_taken(settings, answer, expected):
    settings.DOCUMENT_SCAN_COMMAND = f"{sys.executable} -c 'raise SystemExit({answer})'"

    assert refusal(PDF) is expected


def test_a_scanner_that_is_not_there_opens_no_door(settings):
    settings.DOCUMENT_SCAN_COMMAND = "no-such-scanner --fast"

    assert refusal(PDF) is Refusal.NOT_SCANNED


def test_a_clean_file_is_marked_as_scanned(settings):
    assert keep(File("a.pdf", PDF)).scanned is False
    # The scanner is given the file that was sent, whole.
    check = "import sys; sys.exit(not open(sys.argv[1], 'rb').read().startswith(b'%PDF'))"
    settings.DOCUMENT_SCAN_COMMAND = f'{sys.executable} -c "{check}"'

    assert keep(File("a.pdf", PDF)).scanned is True


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_no_content_breaks_the_recognition(head, tail):
    assert recognise(head, tail) in {
        None,
        "application/pdf",
        "image/jpeg",
        "image/png",
        "image/heic",
    }


@given(st.text(max_size=300))
def test_a_name_is_safe_to_show_and_to_send_back(name):
    shown = shown_name(name)

    assert 0 < len(shown) <= 120
    assert not set(shown) & {"/", "\\", "\n", "\r", "\0"}


@pytest.mark.django_db
def test_what_an_interrupted_upload_left_is_swept_a_day_later():
    from openmember.assistance.jobs import sweep_documents
    from openmember.assistance.testing import an_application
    from openmember.payments.testing import an_account

    (wanted,) = an_application(an_account()).documents
    orphan = keep(File("a.pdf", PDF))
    half = path_of(keep(File("b.pdf", PDF)).stored_as)
    half.rename(half.with_suffix(".part"))

    assert sweep_documents(now=time.time()) == 0
    assert sweep_documents(now=time.time() + 2 * 86_400) == 2
    assert path_of(wanted.stored_as).exists()
    assert not path_of(orphan.stored_as).exists()
