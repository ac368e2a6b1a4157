"""What runs by the clock: files that were asked for are made."""

from datetime import datetime

import structlog
from django.utils import timezone
from procrastinate.contrib.django import app

from openmember.grievances.handoffs.services.ordering import TRIES_AT_MOST, make_ordered
from openmember.kernel.sql import fetch_all

log = structlog.get_logger("openmember.grievances")


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="make_files", pass_context=False)
def make_files_often(timestamp: int) -> None:
    """Make what was asked for since the last minute."""
    make_files(now=timezone.now())


def make_files(*, now: datetime) -> int:
    """Make every file that was asked for and return how many. One that fails is tried again the next minute."""
    waiting = fetch_all(
        "SELECT id FROM grievances_order WHERE package_id IS NULL AND tries < %(most)s ORDER BY id LIMIT 100",
        {"most": TRIES_AT_MOST},
    )
    made = 0
    for row in waiting:
        try:
            made += make_ordered(order_id=row.id, now=now) is not None
        except Exception as failed:  # One file that cannot be made holds up no other.
            log.error("file_not_made", order=row.id, error=type(failed).__name__)
    return made
