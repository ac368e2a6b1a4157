"""The virus scanner: one the operator sets up, behind a small protocol. Without one nothing is scanned."""

import shlex
import subprocess
from pathlib import Path
from typing import Protocol

import structlog
from django.conf import settings

from openmember.documents.types import Scan

log = structlog.get_logger("openmember.documents")

SCAN_SECONDS = 60
INFECTED = 1  # What clamscan, clamdscan and those that imitate them answer.


class Scanner(Protocol):
    """Looks at one file. Answers WAITING when it cannot say: then the file stays in quarantine."""

    def scan(self, path: Path) -> Scan: ...


class NoScanner:
    """What runs where none is set up."""

    def scan(self, path: Path) -> Scan:
        return Scan.NONE


class CommandScanner:
    """Runs the operator's command with the file's path as its last word: 0 is clean, 1 infected."""

    def __init__(self, command: str) -> None:
        self.command = shlex.split(command)

    def scan(self, path: Path) -> Scan:
        try:
            done = subprocess.run(  # noqa: S603  the operator's own command; the path is ours
                [*self.command, str(path)], capture_output=True, timeout=SCAN_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as failed:
            log.error("document_scan_failed", error=type(failed).__name__)
            return Scan.WAITING
        if done.returncode == INFECTED:
            return Scan.INFECTED
        if done.returncode:
            log.error("document_scan_failed", status=done.returncode)
            return Scan.WAITING
        return Scan.CLEAN


def get_scanner() -> Scanner:
    """Return the scanner that is set up."""
    command = settings.DOCUMENT_SCAN_COMMAND
    return CommandScanner(command) if command else NoScanner()
