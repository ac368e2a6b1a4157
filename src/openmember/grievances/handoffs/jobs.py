"""What runs by the clock: files are made, cases the law sends on are prepared, silence is told."""

from datetime import datetime

import structlog
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from openmember.cases.services import steps as case_steps
from openmember.cases.types import Alarm
from openmember.grievances.handoffs.queries import TRIES_AT_MOST
from openmember.grievances.handoffs.services.ordering import (
    make_ordered,
    order_by_itself,
    tell_failed,
)
from openmember.grievances.policy import get_policy
from openmember.kernel.sql import fetch_all, fetch_one

log = structlog.get_logger("openmember.grievances")

CHUNK = 500
# Nothing was prepared by itself for a case that has to go.
_TO_PREPARE = """
SELECT DISTINCT k.dispute_id AS id FROM grievances_clock k
WHERE k.step = 'forward' AND k.met_at IS NULL AND NOT EXISTS (
    SELECT FROM grievances_order o WHERE o.dispute_id = k.dispute_id
        AND (o.asked_by = 'system:clocks' OR o.purpose = 'reviewer' AND o.package_id IS NULL))
ORDER BY 1 LIMIT %(limit)s
"""
# The last sending for a step, of which nobody said anything, and nobody was told so.
_SILENT = """
SELECT h.id, d.case_id FROM grievances_handoff h JOIN grievances_dispute d ON d.id = h.dispute_id
WHERE h.sent_at + CASE WHEN d.speed = 'expedited' THEN %(fast)s ELSE %(usual)s END <= %(now)s
  AND NOT EXISTS (SELECT FROM grievances_handoff_answer a WHERE a.handoff_id = h.id)
  AND NOT EXISTS (SELECT FROM grievances_handoff_alarm a WHERE a.handoff_id = h.id)
  AND NOT EXISTS (SELECT FROM grievances_handoff n
    WHERE (n.dispute_id, n.visit, n.step) = (h.dispute_id, h.visit, h.step) AND n.turn > h.turn)
ORDER BY h.id LIMIT %(limit)s
"""


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="make_files", pass_context=False)
def make_files_often(timestamp: int) -> None:
    """Prepare what the law sends on, and make what was asked for since the last minute."""
    now = timezone.now()
    prepare_forwards(now=now)
    make_files(now=now)


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="watch_handoffs", pass_context=False)
def watch_handoffs_often(timestamp: int) -> None:
    """Tell whoever owns a dispute that a reviewer does not confirm the file."""
    watch_handoffs(now=timezone.now())


def make_files(*, now: datetime) -> int:
    """Make every file that was asked for and return how many. One that fails is tried again the next minute.

    Of one that failed as often as it is tried, the owner of its dispute is told.
    """
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
    _tell_failed(now)
    return made


def _tell_failed(now: datetime) -> None:
    """Alarm what is not tried any more, whether its last try failed or its process died."""
    given_up = fetch_all(
        "SELECT id FROM grievances_order WHERE package_id IS NULL AND tries >= %(most)s"
        " AND failed_at IS NULL ORDER BY id LIMIT %(limit)s",
        {"most": TRIES_AT_MOST, "limit": CHUNK},
    )
    for row in given_up:
        tell_failed(order_id=row.id, now=now)


def prepare_forwards(*, now: datetime) -> int:
    """Have the file made of every case the law sends on, and return how many. Again does nothing."""
    prepared = 0
    while rows := fetch_all(_TO_PREPARE, {"limit": CHUNK}):
        for row in rows:
            order_by_itself(dispute_id=row.id, now=now)
        prepared += len(rows)
    return prepared


def watch_handoffs(*, now: datetime) -> int:
    """Raise an alarm for every file nobody confirmed in time, once, and return how many."""
    policy = get_policy()
    told = 0
    while rows := fetch_all(
        _SILENT,
        {
            "now": now, "limit": CHUNK, "usual": policy.acknowledge_within,
            "fast": policy.acknowledge_fast_within,
        },
    ):  # fmt: skip
        for row in rows:
            with transaction.atomic():
                told += _tell(row.id, row.case_id, now)
    return told


def _tell(handoff_id: int, case_id: int, now: datetime) -> int:
    noted = fetch_one(
        "INSERT INTO grievances_handoff_alarm (handoff_id, at) VALUES (%(id)s, %(now)s)"
        " ON CONFLICT DO NOTHING RETURNING handoff_id",
        {"id": handoff_id, "now": now},
    )
    if noted is None:
        return 0
    case = case_steps.again(case_id)
    case_steps.raise_alarm(case, Alarm.HANDOFF_SILENT, at=now, subject_id=handoff_id)
    return 1
