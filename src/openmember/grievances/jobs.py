"""Watching the clocks: a duty is warned of before it ends, and what the law makes of a miss happens."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from openmember.cases.services import steps as case_steps
from openmember.cases.types import Alarm
from openmember.grievances.policy import get_policy
from openmember.grievances.services.log import write
from openmember.grievances.types import BadCourse, Kind, Lapse, Step
from openmember.kernel.sql import fetch_all
from openmember.members.types import system

CHUNK = 200
_TO_WARN = """
UPDATE grievances_clock k SET warned_at = %(now)s
FROM grievances_dispute d
WHERE d.id = k.dispute_id AND (k.dispute_id, k.visit, k.level, k.step) IN (
    SELECT dispute_id, visit, level, step FROM grievances_clock
    WHERE whose = 'plan' AND met_at IS NULL AND missed_at IS NULL AND warned_at IS NULL
      AND due_at - least((due_at - started_at) * %(share)s, %(most)s) <= %(now)s
    ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING d.case_id, k.dispute_id
"""
_MISSED = """
UPDATE grievances_clock k SET missed_at = %(now)s, warned_at = coalesce(k.warned_at, %(now)s)
FROM grievances_dispute d
WHERE d.id = k.dispute_id AND (k.dispute_id, k.visit, k.level, k.step) IN (
    SELECT dispute_id, visit, level, step FROM grievances_clock
    WHERE whose = 'plan' AND met_at IS NULL AND missed_at IS NULL AND due_at <= %(now)s
    ORDER BY due_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING d.case_id, k.dispute_id, k.step, k.lapse
"""


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="watch_disputes", pass_context=False)
def watch_disputes(timestamp: int) -> None:
    """Warn, alarm, and let the law take its course, every minute."""
    watch_clocks(timezone.now())


def watch_clocks(now: datetime) -> tuple[int, int]:
    """Warn of duties about to end, alarm those that ended; return how many of each. Again does nothing."""
    warned = missed = 0
    while count := _warn(now):
        warned += count
    while count := _miss(now):
        missed += count
    return warned, missed


@transaction.atomic
def _warn(now: datetime) -> int:
    policy = get_policy()
    rows = fetch_all(
        _TO_WARN,
        {"now": now, "share": policy.warn_share, "most": policy.warn_at_most, "limit": CHUNK},
    )
    for row in rows:
        _alarm(row.case_id, Alarm.CLOCK_DUE, now)
    return len(rows)


@transaction.atomic
def _miss(now: datetime) -> int:
    rows = fetch_all(_MISSED, {"now": now, "limit": CHUNK})
    for row in rows:
        _alarm(row.case_id, Alarm.CLOCK_LATE, now)
        if row.step == Step.DECIDE and row.lapse:
            _lapse(row.dispute_id, Lapse(row.lapse), now)
    return len(rows)


def _lapse(dispute_id: int, lapse: Lapse, now: datetime) -> None:
    try:
        with transaction.atomic():
            write(
                dispute_id=dispute_id, kind=Kind.LAPSED, at=now, actor=system("clocks"),
                step=Step.DECIDE.value, lapse=lapse.value,
            )  # fmt: skip
    except BadCourse:
        return  # It was decided in this very moment.


def _alarm(case_id: int, kind: Alarm, now: datetime) -> None:
    case = case_steps.again(case_id)
    case_steps.raise_alarm(case, kind, at=now, user_id=case.owner_id, team=case.team)
