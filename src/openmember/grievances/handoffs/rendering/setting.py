"""Each document of a file as a PDF: as it is, a picture or text set as pages, else a page that says so."""

import struct
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

import typst
from pypdf import PdfReader

from openmember.grievances.handoffs.rendering.binding import BROKEN
from openmember.kernel.sql import sql_text
from openmember.ui.documents import compile_pdf, compile_with_picture

HERE = Path(__file__).parent
PDF, TEXT = "application/pdf", "text/plain"
PICTURES = {"image/png": "picture.png", "image/jpeg": "picture.jpg"}
# What is larger would take the whole machine to set, and nobody reads it page by page.
PAGES_AT_MOST, TEXT_AT_MOST, LINES_AT_MOST, DOTS_AT_MOST = 3000, 100_000, 5_000, 60_000_000
# The pages of a document are the same whenever they are set.
MADE_AT = datetime(2000, 1, 1, 12, tzinfo=UTC)


def count_pages(source: BinaryIO, media_type: str) -> int | None:
    """Return how many pages a document takes in a file; None where it cannot be set: one page then says so."""
    if media_type == PDF:
        return pages_of_pdf(source)
    if media_type == TEXT:
        made = set_text(source)
        return pages_of_pdf(made) if made else None
    return 1 if media_type.startswith("image/") else None


def pages_of_pdf(source: BinaryIO) -> int | None:
    """Return how many pages a PDF has; None where that cannot be read, as where it is locked or broken."""
    try:
        pages = PdfReader(source).get_num_pages()
    except BROKEN:
        return None
    return pages if 0 < pages <= PAGES_AT_MOST else None


def pages_of(source: BinaryIO, media_type: str, name: str) -> BinaryIO | None:
    """Return a document as a PDF, or None where it can only go along as it is."""
    if media_type == PDF:
        return source
    if media_type == TEXT:
        return set_text(source)
    return set_picture(source, media_type, name) if media_type in PICTURES else None


def set_text(source: BinaryIO) -> BinaryIO | None:
    """Return a text as pages, or None where it is too long or none."""
    content = source.read(TEXT_AT_MOST + 1)
    if len(content) > TEXT_AT_MOST:
        return None
    try:
        text = _wrappable(content.decode("utf-8-sig"))
        if text.count("\n") >= LINES_AT_MOST:
            return None
        pdf = compile_pdf(_typ("text"), {"text": text}, made_at=MADE_AT)
    except (UnicodeDecodeError, typst.TypstError):
        return None
    return BytesIO(pdf)


def set_picture(source: BinaryIO, media_type: str, name: str) -> BinaryIO | None:
    """Return a picture on a page, or None where it cannot be read or is too large."""
    content = source.read()
    if not 0 < dots_of(content, media_type) <= DOTS_AT_MOST:
        return None
    words = {"name": name, "file": PICTURES[media_type]}
    try:
        pdf = compile_with_picture(
            _typ("picture"), words, made_at=MADE_AT, picture=content, name=PICTURES[media_type]
        )
    except typst.TypstError:
        return None
    return BytesIO(pdf)


def set_notice(words: dict[str, Any]) -> BinaryIO:
    """Return one page that says why a document is not there; `words`: language, title, name, lines."""
    return BytesIO(compile_pdf(_typ("notice"), words, made_at=MADE_AT))


def set_cover(words: dict[str, Any]) -> BinaryIO:
    """Return what is before the first document: the summary and the index."""
    return BytesIO(compile_pdf(_typ("cover"), words, made_at=MADE_AT))


def dots_of(content: bytes, media_type: str) -> int:
    """Return how many dots a picture has by its own word, before anything unpacks it; 0 where it says none."""
    try:
        if media_type == "image/png":
            width, height = struct.unpack(">II", content[16:24])
        else:
            width, height = _jpeg(content)
    except struct.error:
        return 0
    return int(width) * int(height)


def _jpeg(content: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 <= len(content) and content[at] == 0xFF:
        mark = content[at + 1]
        if 0xC0 <= mark <= 0xCF and mark not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", content[at + 5 : at + 9])
            return width, height
        at += 1 if mark == 0xFF else 2 + struct.unpack(">H", content[at + 2 : at + 4])[0]
    return 0, 0


def _typ(name: str) -> str:
    return sql_text(HERE / f"{name}.typ")


def _wrappable(text: str) -> str:
    """Return a text whose long words can break at the edge of the page."""
    return "\n".join(_broken(line) for line in text.expandtabs(4).replace("\f", "\n").splitlines())


def _broken(line: str) -> str:
    parts = line.split(" ")
    return " ".join(
        part
        if len(part) <= 60
        else "\u200b".join(part[at : at + 20] for at in range(0, len(part), 20))
        for part in parts
    )
