"""Where files lie: under random names, in a folder that nothing serves, readable by us alone."""

import hashlib
import os
import secrets
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from openmember.documents.content import HEAD_BYTES, TAIL_BYTES, recognise_file
from openmember.documents.scanning import get_scanner
from openmember.documents.types import PAPERS, FileRefused, Kept, Refusal, Scan, Upload


def keep(upload: Upload, types: Collection[str] = PAPERS) -> Kept:
    """Write a file to our disk, where it is one of these types. Errors: FileRefused."""
    stored_as = secrets.token_hex(24)
    path = path_of(stored_as)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    try:
        size, sha256, media_type = _write(upload, part, types)
        scan = get_scanner().scan(part)
        if scan is Scan.INFECTED:
            raise FileRefused(Refusal.INFECTED)
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return Kept(stored_as, media_type, size, sha256, scan)


def make(write: Callable[[BinaryIO], None], media_type: str) -> Kept:
    """Let somebody of ours write a file to our disk, piece by piece: how large it is they bound themselves.

    What comes from outside in it was looked at by the scanner before.
    """
    stored_as = secrets.token_hex(24)
    path = path_of(stored_as)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    try:
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w+b") as target:
            write(target)
            target.flush()
            os.fsync(target.fileno())
        with part.open("rb") as made:
            sha256 = hashlib.file_digest(made, "sha256").hexdigest()
        size = part.stat().st_size
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return Kept(stored_as, media_type, size, sha256, Scan.NONE)


def drop(stored_as: str) -> None:
    """Delete a file. One that is gone already is fine."""
    path_of(stored_as).unlink(missing_ok=True)


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


def drop_left_behind(name: str) -> None:
    """Delete what a process that died left behind, whatever it is called."""
    (Path(settings.DOCUMENTS_FOLDER) / name[:2] / Path(name).name).unlink(missing_ok=True)


def _write(upload: Upload, part: Path, types: Collection[str]) -> tuple[int, str, str]:
    digest = hashlib.sha256()
    size, head, tail = 0, b"", b""
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target:
        for chunk in upload.chunks():
            size += len(chunk)
            if size > settings.DOCUMENT_MAX_BYTES:
                raise FileRefused(Refusal.TOO_LARGE)
            digest.update(chunk)
            head = (head + chunk)[:HEAD_BYTES] if len(head) < HEAD_BYTES else head
            tail = (tail + chunk)[-TAIL_BYTES:]
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    if not size:
        raise FileRefused(Refusal.EMPTY)
    media_type = recognise_file(part, head, tail)
    if media_type is None or media_type not in types:
        raise FileRefused(Refusal.WRONG_TYPE)
    return size, digest.hexdigest(), media_type
