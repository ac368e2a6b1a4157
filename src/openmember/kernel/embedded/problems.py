"""What can go wrong with the embedded server, said in one sentence that tells what to do."""

import errno
import re
from pathlib import Path

RUNBOOK = "docs/runbooks/embedded-database.md"


class EmbeddedProblem(Exception):
    """The embedded database cannot be used; the message says why and what to do."""


class InUse(EmbeddedProblem):
    """Another process owns the server of this folder."""


class PortTaken(EmbeddedProblem):
    """Another program listens where the server should."""


class BlockedByOrphans(EmbeddedProblem):
    """Server processes of a killed owner still hold the data; waiting a moment helps."""


# First match wins, so the particular stands before the general. {place} is the folder, {log} the
# log, {port} the port. The server runs with LC_ALL=C.UTF-8, so its words are not translated.
_KNOWN: tuple[tuple[str, type[EmbeddedProblem], str], ...] = (
    (
        r"pre-existing shared memory block|lock file \"postmaster\.pid\" already exists",
        BlockedByOrphans,
        "Processes of an earlier server still use {place}: wait a moment and start again.",
    ),
    (
        r"could not (resize|create|open) shared memory segment|could not map anonymous shared"
        r"|Cannot allocate memory|out of memory",
        EmbeddedProblem,
        "There is too little memory for the embedded database: free some (or give the container "
        "a larger /dev/shm) and start again.",
    ),
    (
        r"No space left on device|Disk quota exceeded|wrote only \d+ of \d+ bytes",
        EmbeddedProblem,
        "The disk that holds {place} is full: free some space there and start again; "
        "what was saved is kept.",
    ),
    (
        r"Read-only file system",
        EmbeddedProblem,
        "{place} is on a read-only file system: set OPENMEMBER_HOME to a folder that can be "
        "written.",
    ),
    (
        r"Address already in use|could not create any TCP/IP sockets",
        PortTaken,
        "Port {port} on 127.0.0.1 is taken by another program: stop that program, or start the "
        "database on another port.",
    ),
    (
        r"incompatible with (the )?server|was initialized by PostgreSQL version",
        EmbeddedProblem,
        "The data in {place} was written by another version of PostgreSQL: restore a dump of it "
        f"({RUNBOOK}).",
    ),
    (
        r"wrong ownership|invalid permissions|Permission denied|Operation not permitted",
        EmbeddedProblem,
        "The database server may not use {place}: start OpenMember as the user who owns that "
        "folder, or set OPENMEMBER_HOME to one of your own.",
    ),
    (
        r"could not locate a valid checkpoint record|invalid checkpoint record|invalid page in"
        r"|control file.*(corrupt|invalid|contains)|could not (open|read) file \"(global|base)/",
        EmbeddedProblem,
        f"The data in {{place}} is damaged: restore a backup ({RUNBOOK}); the log is {{log}}.",
    ),
    (
        r"(unrecognized|invalid value for|cannot be changed).*(parameter)",
        EmbeddedProblem,
        "An option given to the embedded database is not one it knows: {line}.",
    ),
)


def explain(output: str, *, place: Path, log: Path | None = None, port: int = 0) -> EmbeddedProblem:
    """Return the problem that the server's or initdb's own words tell of."""
    line = _telling_line(output)
    for pattern, kind, sentence in _KNOWN:
        if re.search(pattern, output):
            return kind(sentence.format(place=place, log=log or place, port=port, line=line))
    where = f"; the log is {log}" if log else ""
    return EmbeddedProblem(f"The embedded database stopped while starting ({line}){where}.")


def from_os_error(error: OSError, *, place: Path) -> EmbeddedProblem:
    """Return the problem behind a failed file operation of our own."""
    what = Path(str(error.filename)) if error.filename else place
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return explain("No space left on device", place=what)
    if error.errno == errno.EROFS:
        return explain("Read-only file system", place=what)
    if error.errno in {errno.EACCES, errno.EPERM}:
        return EmbeddedProblem(
            f"OpenMember may not use {what}: start it as the user who owns that folder, or set "
            "OPENMEMBER_HOME to one of your own."
        )
    if error.errno in {errno.ENOTDIR, errno.EEXIST}:
        return EmbeddedProblem(
            f"{what} is not a folder: set OPENMEMBER_HOME to a folder OpenMember may fill."
        )
    if error.errno == errno.ENOLCK:
        return EmbeddedProblem(
            f"The file system of {place} cannot lock files: set OPENMEMBER_HOME to a folder on a "
            "local disk."
        )
    return EmbeddedProblem(
        f"The embedded database cannot use {what} ({error.strerror}): set OPENMEMBER_HOME to "
        "another folder, or DATABASE_URL to a PostgreSQL of your own."
    )


def _telling_line(output: str) -> str:
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    for mark in ("PANIC:", "FATAL:", "error:", "ERROR:"):
        for line in reversed(lines):
            if mark in line:
                return line.partition(mark)[2].strip().rstrip(".")
    return lines[-1].rstrip(".") if lines else "it said nothing"
