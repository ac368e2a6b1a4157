"""Copying all files away with the database, and putting them back: one state, whatever happens meanwhile."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from openmember.documents import storage
from openmember.kernel.sql import fetch_all, fetch_one

_BLOCK = 1024 * 1024


class NotTheFile(Exception):
    """What was read back is not what was kept."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that somebody keeps, as the database knows it."""

    stored_as: str
    sha256: str


def list_kept() -> tuple[Listed, ...]:
    """Return every file that is kept, as this transaction sees it: none before there is such a table."""
    if fetch_one("SELECT to_regclass('documents_file') IS NULL AS none").none:
        return ()
    rows = fetch_all(
        "SELECT stored_as, sha256 FROM documents_file WHERE dropped_at IS NULL ORDER BY stored_as"
    )
    return tuple(Listed(row.stored_as, row.sha256) for row in rows)


def open_kept(listed: Listed) -> BinaryIO | None:
    """Open a file, or return None where it is not on the disk: it was taken back since it was listed."""
    with suppress(FileNotFoundError):
        return storage.path_of(listed.stored_as).open("rb")
    return None


def put_back(stored_as: str, sha256: str, blocks: Iterator[bytes]) -> bool:
    """Write a file where it lay. Returns false where it is there already, the same.

    Errors: NotTheFile, also for a name that is none of ours; then nothing was written.
    """
    try:
        path = storage.path_of(stored_as)
    except ValueError as strange:
        raise NotTheFile(stored_as) from strange
    if path.exists():
        with path.open("rb") as there:
            if _digest(iter(lambda: there.read(_BLOCK), b"")) == sha256:
                return False
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as target:
            digest = hashlib.sha256()
            for block in blocks:
                digest.update(block)
                target.write(block)
            target.flush()
            os.fsync(target.fileno())
        if digest.hexdigest() != sha256:
            raise NotTheFile(stored_as)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return True


def _digest(blocks: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()
