"""What a file is by what is in it; its name says nothing."""

import zipfile
from pathlib import Path

from openmember.documents.types import WORD

_HEIF = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")
HEAD_BYTES = 64
TAIL_BYTES = 2048
# A word processor's file holds few parts; a zip made to fill a disk holds many, or huge ones.
_PARTS_AT_MOST = 2000
_WORD_BODY = "word/document.xml"
_MACROS = "vbaproject.bin"


def recognise(head: bytes, tail: bytes) -> str | None:
    """Return the media type that the first and last bytes show, or None when they show none."""
    if head.startswith(b"%PDF-") and b"%%EOF" in tail:
        return "application/pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return "image/png"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF:
        return "image/heic"
    if head[:4] in {b"II*\0", b"MM\0*"}:
        return "image/tiff"
    return None


def recognise_file(path: Path, head: bytes, tail: bytes) -> str | None:
    """Return the media type of a file that lies on our disk, or None for what nobody should send."""
    known = recognise(head, tail)
    if known:
        return known
    if head.startswith(b"PK\x03\x04"):
        return WORD if _is_word(path) else None
    return "text/plain" if _is_text(path) else None


def _is_word(path: Path) -> bool:
    """Return whether a zip is a text document without macros."""
    try:
        with zipfile.ZipFile(path) as parts:
            names = parts.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    lowered = [name.lower() for name in names]
    return (
        len(names) <= _PARTS_AT_MOST
        and {"[Content_Types].xml", _WORD_BODY} <= set(names)
        and not any(name.endswith(_MACROS) for name in lowered)
    )


def _is_text(path: Path) -> bool:
    """Return whether a file is text: UTF-8, no control characters, and nothing a browser would run."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if any((letter < " " and letter not in "\t\r\n\f") or letter == "\x7f" for letter in text):
        return False
    # Markup and scripts are text too. Who writes a note to us starts with neither.
    return bool(text.strip()) and not text.lstrip().startswith(("<", "#!", "%PDF", "{\\rtf", "MZ"))
