"""Copying all files away with the database, and putting them back: one state, whatever happens meanwhile."""

import hashlib
import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import BinaryIO

from openmember.documents import storage
from openmember.kernel.sql import fetch_all, fetch_one

_BLOCK = 1024 * 1024


class NotOurs(Exception):
    """A name that none of our files has."""


class Put(Enum):
    """What came of putting a file back. A damaged one is written as it is: it is all there is."""

    WAS_THERE = "was_there"
    WRITTEN = "written"
    DAMAGED = "damaged"


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
    """Open a file, or return None where it is not on the disk."""
    with suppress(FileNotFoundError):
        return storage.path_of(listed.stored_as).open("rb")
    return None


def still_kept(names: Collection[str]) -> frozenset[str]:
    """Return those of these files that somebody keeps now."""
    if not names:
        return frozenset()
    rows = fetch_all(
        "SELECT stored_as FROM documents_file WHERE stored_as = ANY(%(names)s) AND dropped_at IS NULL",
        {"names": list(names)},
    )
    return frozenset(row.stored_as for row in rows)


def put_back(stored_as: str, sha256: str, blocks: Iterator[bytes]) -> Put:
    """Write a file where it lay, unless it is there already, the same. Errors: NotOurs."""
    try:
        path = storage.path_of(stored_as)
    except ValueError as strange:
        raise NotOurs(stored_as) from strange
    if path.exists():
        with path.open("rb") as there:
            if _digest(iter(lambda: there.read(_BLOCK), b"")) == sha256:
                return Put.WAS_THERE
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
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    return Put.WRITTEN if digest.hexdigest() == sha256 else Put.DAMAGED


def _digest(blocks: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()
