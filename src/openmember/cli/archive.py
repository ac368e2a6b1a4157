"""A backup as one file: a tar of the database's dump, the files people sent, and at its end a list of both.

    database.dump         what `pg_dump --format=custom` wrote
    documents/NAME        each file, under the random name the database knows it by
    contents.json         the sum of each; which were taken back meanwhile, are lost, or are not what was kept

The list comes last, so that a file that was cut short is seen to be.
"""

import hashlib
import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, BinaryIO

DUMP, DOCUMENTS, CONTENTS = "database.dump", "documents/", "contents.json"
# A backup of before files were in it: the dump alone.
DUMP_ALONE = b"PGDMP"
HEADER_BYTES = 512
_BLOCK = 1024 * 1024


class CutShort(Exception):
    """The file ends before its list, or is no backup."""


@dataclass(slots=True)
class Contents:
    """What a backup holds. `sums` are the SHA-256 of each file that is there, as it is there.

    Not there are `gone`, which were taken back meanwhile, and `lost`, which should be. `damaged` are there, but
    are not what the database knows.
    """

    sums: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


class Writer:
    """Writes a backup to an open, empty file: the dump, then documents, then the list."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._contents = Contents()

    def add_dump(self, source: IO[bytes]) -> int:
        """Write what comes of the dump, however much it is; return how much it was."""
        self._target.write(b"\0" * HEADER_BYTES)
        size = 0
        while block := source.read(_BLOCK):
            self._target.write(block)
            size += len(block)
        self._target.write(b"\0" * (-size % HEADER_BYTES))
        end = self._target.tell()
        # Only now is its size known.
        self._target.seek(0)
        self._target.write(_header(DUMP, size))
        self._target.seek(end)
        return size

    def add_document(self, name: str, sha256: str, source: BinaryIO) -> None:
        """Write one file as it is, and note where that is not what was kept."""
        size = os.fstat(source.fileno()).st_size
        self._target.write(_header(DOCUMENTS + name, size))
        written, digest = 0, hashlib.sha256()
        while block := source.read(_BLOCK):
            self._target.write(block)
            digest.update(block)
            written += len(block)
        self._target.write(b"\0" * (-written % HEADER_BYTES))
        self._contents.sums[name] = digest.hexdigest()
        if digest.hexdigest() != sha256:
            self._contents.damaged.append(name)

    def leave_out(self, name: str, *, is_lost: bool) -> None:
        """Note that a file is not on the disk: it was taken back meanwhile, or is lost."""
        (self._contents.lost if is_lost else self._contents.gone).append(name)

    def finish(self) -> Contents:
        """Write the list and the end."""
        listed = json.dumps(asdict(self._contents)).encode()
        self._target.write(_header(CONTENTS, len(listed)) + listed)
        self._target.write(b"\0" * (-len(listed) % HEADER_BYTES + 2 * HEADER_BYTES))
        self._target.flush()
        os.fsync(self._target.fileno())
        return self._contents


def is_dump_alone(file: Path) -> bool:
    """Return whether this is a backup of before files were in it."""
    with file.open("rb") as source:
        return source.read(len(DUMP_ALONE)) == DUMP_ALONE


def read_contents(file: Path) -> Contents:
    """Return the list of a backup, and so that it is whole. Errors: CutShort."""
    try:
        with tarfile.open(file, "r:") as tar:
            members = tar.getmembers()
            if [members[0].name, members[-1].name] != [DUMP, CONTENTS]:
                raise CutShort
            listed = json.load(tar.extractfile(members[-1]) or io.BytesIO())
    except (tarfile.TarError, IndexError, ValueError, EOFError) as broken:
        raise CutShort from broken
    # Older backups looked at no file.
    return Contents(
        listed["sums"], listed["gone"], listed.get("damaged", []), listed.get("lost", [])
    )


def documents_of(file: Path) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield each file's name and its blocks, to be read at once. Errors: CutShort."""
    try:
        with tarfile.open(file, "r:") as tar:
            for member in tar:
                source = tar.extractfile(member) if member.name.startswith(DOCUMENTS) else None
                if source:
                    name = member.name.removeprefix(DOCUMENTS)
                    yield name, iter(lambda source=source: source.read(_BLOCK), b"")  # type: ignore[misc]  # bound to this one
    except tarfile.TarError as broken:
        raise CutShort from broken


def _header(name: str, size: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member.tobuf(tarfile.GNU_FORMAT)
