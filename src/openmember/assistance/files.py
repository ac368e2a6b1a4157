"""Files people send: known by their content, bounded, scanned, and kept under random names."""

import hashlib
import os
import secrets
import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO, Protocol

import structlog
from django.conf import settings

log = structlog.get_logger("openmember.assistance")

SCAN_SECONDS = 60
INFECTED = 1  # What clamscan, clamdscan and those that imitate them answer.
_HEIF = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1")


class Refusal(StrEnum):
    """Why a file was not taken; surfaces hold the words."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    WRONG_TYPE = "wrong_type"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"
    TOO_MANY = "too_many"


class FileRefused(Exception):
    """The file was not taken, and nothing of it is kept."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal


class Upload(Protocol):
    """A file on its way in. Django's uploaded files fit."""

    @property
    def name(self) -> str | None: ...
    def chunks(self) -> Iterator[bytes]: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A file on our disk."""

    stored_as: str
    media_type: str
    size_bytes: int
    sha256: str
    scanned: bool


def recognise(head: bytes, tail: bytes) -> str | None:
    """Return the media type the content shows, or None for what we do not take; the name says nothing."""
    if head.startswith(b"%PDF-") and b"%%EOF" in tail:
        return "application/pdf"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        return "image/png"
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF:
        return "image/heic"
    return None


def keep(upload: Upload) -> Kept:
    """Write a file to our disk. Errors: FileRefused."""
    stored_as = secrets.token_hex(24)
    path = path_of(stored_as)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    try:
        size, sha256, media_type = _write(upload, part)
        scanned = _scan(part)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return Kept(stored_as, media_type, size, sha256, scanned)


def drop(stored_as: str) -> None:
    """Delete a file. One that is gone already is fine."""
    path_of(stored_as).unlink(missing_ok=True)


@contextmanager
def opened(stored_as: str) -> Iterator[BinaryIO]:
    """Open a file for reading."""
    with path_of(stored_as).open("rb") as source:
        yield source


def path_of(stored_as: str) -> Path:
    """Return where a file lies. Errors: ValueError for what is no random name of ours."""
    if len(stored_as) != 48 or not all(letter in "0123456789abcdef" for letter in stored_as):
        raise ValueError("not a stored file's name")
    return Path(settings.DOCUMENTS_FOLDER) / stored_as[:2] / stored_as


def list_stored() -> Iterator[tuple[str, float]]:
    """Return the name and the time of change of each file, half-written ones too."""
    for path in Path(settings.DOCUMENTS_FOLDER).glob("??/*"):
        with suppress(FileNotFoundError):
            yield path.name, path.stat().st_mtime


def drop_half_written(name: str) -> None:
    """Delete what a process that died left behind."""
    (Path(settings.DOCUMENTS_FOLDER) / name[:2] / Path(name).name).unlink(missing_ok=True)


def _write(upload: Upload, part: Path) -> tuple[int, str, str]:
    digest = hashlib.sha256()
    size, head, tail = 0, b"", b""
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target:
        for chunk in upload.chunks():
            size += len(chunk)
            if size > settings.DOCUMENT_MAX_BYTES:
                raise FileRefused(Refusal.TOO_LARGE)
            digest.update(chunk)
            head = (head + chunk)[:64] if len(head) < 64 else head
            tail = (tail + chunk)[-2048:]
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    if not size:
        raise FileRefused(Refusal.EMPTY)
    media_type = recognise(head, tail)
    if media_type is None:
        raise FileRefused(Refusal.WRONG_TYPE)
    return size, digest.hexdigest(), media_type


def _scan(path: Path) -> bool:
    """Return whether the operator's scanner found the file clean; False when none is configured."""
    if not settings.DOCUMENT_SCAN_COMMAND:
        return False
    command = [*shlex.split(settings.DOCUMENT_SCAN_COMMAND), str(path)]
    try:
        done = subprocess.run(  # noqa: S603  the operator's own command; the path is ours
            command, capture_output=True, timeout=SCAN_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as failed:
        log.error("document_scan_failed", error=type(failed).__name__)
        raise FileRefused(Refusal.NOT_SCANNED) from failed
    if done.returncode == INFECTED:
        raise FileRefused(Refusal.INFECTED)
    if done.returncode:
        # What nobody could look at is not taken: a scanner that is down must not open the door.
        log.error("document_scan_failed", status=done.returncode)
        raise FileRefused(Refusal.NOT_SCANNED)
    return True
