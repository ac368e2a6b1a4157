"""What runs by the clock: files in quarantine, and files nobody owns."""

import time

import structlog
from procrastinate.contrib.django import app

from openmember.documents import storage
from openmember.documents.scanning import get_scanner
from openmember.documents.types import Scan
from openmember.kernel.sql import fetch_all, fetch_one

log = structlog.get_logger("openmember.documents")

ORPHAN_SECONDS = 86_400
SCANNED_AT_ONCE = 200


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="scan_documents", pass_context=False)
def scan_documents_often(timestamp: int) -> None:
    """Let the scanner look again at what waits in quarantine."""
    scan_waiting()


@app.periodic(cron="50 4 * * *")
@app.task(queueing_lock="sweep_documents", pass_context=False)
def sweep_documents_nightly(timestamp: int) -> None:
    """Delete what an interrupted upload left behind."""
    sweep_documents(now=time.time())


def scan_waiting() -> int:
    """Scan the files in quarantine and return how many left it. Infected ones are deleted."""
    waiting = fetch_all(
        "SELECT stored_as FROM documents_file WHERE scan = 'waiting' AND dropped_at IS NULL"
        " ORDER BY kept_at LIMIT %(limit)s",
        {"limit": SCANNED_AT_ONCE},
    )
    settled = 0
    for row in waiting:
        said = get_scanner().scan(storage.path_of(row.stored_as))
        if said is Scan.WAITING:
            continue
        fetch_all(
            "UPDATE documents_file SET scan = %(scan)s, scanned_at = now(),"
            " dropped_at = CASE WHEN %(scan)s = 'infected' THEN now() END WHERE stored_as = %(name)s",
            {"scan": said.value, "name": row.stored_as},
        )
        if said is Scan.INFECTED:
            storage.drop(row.stored_as)
            log.warning("document_infected", stored_as=row.stored_as)
        settled += 1
    return settled


def sweep_documents(*, now: float) -> int:
    """Delete files that no row names and that are older than a day; return how many."""
    dropped = 0
    for name, changed_at in storage.list_stored():
        if changed_at > now - ORPHAN_SECONDS or _is_owned(name):
            continue
        storage.drop_left_behind(name)
        dropped += 1
    return dropped


def _is_owned(name: str) -> bool:
    known = fetch_one(
        "SELECT 1 AS yes FROM documents_file WHERE stored_as = %(name)s AND dropped_at IS NULL",
        {"name": name},
    )
    return known is not None
