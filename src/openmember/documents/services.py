"""Taking files in, reading them, taking them back. The room they belong to keeps what they are about."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from django.db import transaction

from openmember.documents import storage
from openmember.documents.types import PAPERS, Kept, NotReadable, Scan, Upload
from openmember.kernel.sql import fetch_all, fetch_one

_READABLE = {Scan.NONE.value, Scan.CLEAN.value}


@contextmanager
def receiving(*, upload: Upload, types: Collection[str] = PAPERS) -> Iterator[Kept]:
    """Keep a file, if what is inside succeeds: there, in the same transaction, it is given its owner.

    Shape:  inside, write a row that names `stored_as`; an exception leaves neither row nor file.
    Errors: FileRefused.
    """
    with _owned(storage.keep(upload, types)) as kept:
        yield kept


@contextmanager
def making(*, write: Callable[[BinaryIO], None], media_type: str) -> Iterator[Kept]:
    """Keep a file that `write` makes, if what is inside succeeds, as `receiving` does.

    Shape:  `write` gets a file it may also read and cut off; it is not held in memory.
    """
    with _owned(storage.make(write, media_type)) as kept:
        yield kept


@contextmanager
def _owned(kept: Kept) -> Iterator[Kept]:
    try:
        with transaction.atomic():
            fetch_all(
                "INSERT INTO documents_file (stored_as, media_type, size_bytes, sha256, scan)"
                " VALUES (%(stored_as)s, %(type)s, %(size)s, %(sha256)s, %(scan)s)",
                {
                    "stored_as": kept.stored_as,
                    "type": kept.media_type,
                    "size": kept.size_bytes,
                    "sha256": kept.sha256,
                    "scan": kept.scan.value,
                },
            )
            yield kept
    except BaseException:
        storage.drop(kept.stored_as)
        raise


def take_back(*, stored_as: str) -> None:
    """Delete a file once the transaction that takes it back has committed; its row stays."""
    fetch_all(
        "UPDATE documents_file SET dropped_at = now() WHERE stored_as = %(name)s AND dropped_at IS NULL",
        {"name": stored_as},
    )
    # Only once the row says so for certain: a file nobody has is worse than one nobody needs.
    transaction.on_commit(lambda: storage.drop(stored_as))


@contextmanager
def reading(*, stored_as: str) -> Iterator[BinaryIO]:
    """Open a file. The caller has asked whether the actor may read it. Errors: NotReadable."""
    with open_file(stored_as=stored_as) as source:
        yield source


def open_file(*, stored_as: str) -> BinaryIO:
    """Open a file for somebody who closes it, as an answer that is streamed does. Errors: as `reading`."""
    row = fetch_one(
        "SELECT scan FROM documents_file WHERE stored_as = %(name)s AND dropped_at IS NULL",
        {"name": stored_as},
    )
    if row is None or row.scan not in _READABLE:
        raise NotReadable(row.scan if row else "gone")
    return storage.path_of(stored_as).open("rb")
