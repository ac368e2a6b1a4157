"""What runs by the clock: alarms before promises break, offers nobody took, settled cases closed, the proof."""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from openmember.cases import proof
from openmember.cases.board import rolling
from openmember.cases.callbacks import services as callbacks
from openmember.cases.duty import services as duty
from openmember.cases.policy import get_policy
from openmember.cases.rows import CASE, case_from_row
from openmember.cases.services.moving import step
from openmember.cases.services.steps import raise_alarm
from openmember.cases.transfers import services as transfers
from openmember.cases.types import Alarm, Status
from openmember.cases.walkins.dangers.services import escalate_due
from openmember.cases.walkins.services import close_days
from openmember.cases.work.services import closing
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import system

log = structlog.get_logger("openmember.cases")

ACTOR = system("cases")
AT_ONCE = 500


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="watch_promises", pass_context=False)
def watch_promises(timestamp: int) -> None:
    """Look after dangers, callbacks, offers and clocks, who waits for a closed team, and who went away."""
    now = timezone.now()
    escalate_due(now=now, actor=ACTOR)
    closing.sweep(now=now)
    duty.sweep(now=now)
    callbacks.sweep(now=now)
    transfers.expire_due(now=now)
    alarm_clocks(now=now)


@app.periodic(cron="15 2 * * *")
@app.task(queueing_lock="close_cases", pass_context=False)
def close_cases_nightly(timestamp: int) -> None:
    """Close what was settled and nobody came back to."""
    close_settled(now=timezone.now())


@app.periodic(cron="45 11 * * *")
@app.task(queueing_lock="count_half_hours", pass_context=False)
def count_half_hours_nightly(timestamp: int) -> None:
    """Count the half hours of the day that has ended in every region: eleven in UTC is one in Hawaii."""
    rolling.advance(now=timezone.now())
    rolling.roll()


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="count_stale_half_hours", pass_context=False)
def count_stale_half_hours(timestamp: int) -> None:
    """Count half hours again whose contacts changed since, and what a night left undone.

    All of them where nothing was counted yet, or by another policy.
    """
    if not rolling.has_mark():
        rolling.advance(now=timezone.now())
    rolling.roll()


@app.periodic(cron="25 2 * * *")
@app.task(queueing_lock="check_cases", pass_context=False)
def check_cases_nightly(timestamp: int) -> None:
    """Prove that what is stored of cases is what their logs say."""
    differences = list(proof.list_differences())
    if differences:
        log.error("cases_differ", count=len(differences), first=differences[0].number)


@app.periodic(cron="35 * * * *")
@app.task(queueing_lock="close_walkins", pass_context=False)
def close_walkin_days(timestamp: int) -> None:
    """End what is left of an office's day once it is over, and empty what was typed at its kiosk."""
    close_days(now=timezone.now(), actor=ACTOR)


def alarm_clocks(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Put the cases whose promise is about to break, or broke, before their team; return how many new ones."""
    soon = now + timedelta(hours=get_policy().alarm_hours)
    rows = fetch_all(
        f"SELECT {CASE} FROM cases_case c WHERE c.due_at <= %(soon)s AND NOT EXISTS ("  # noqa: S608  names of our own columns
        " SELECT FROM cases_alarm a WHERE a.case_id = c.id AND a.cleared_at IS NULL"
        " AND a.kind = CASE WHEN c.due_at <= %(now)s THEN 'clock_late' ELSE 'clock_due' END)"
        " ORDER BY c.due_at LIMIT %(limit)s",
        {"soon": soon, "now": now, "limit": limit},
    )
    for row in rows:
        case = case_from_row(row)
        late = case.due_at is not None and case.due_at <= now
        raise_alarm(case, Alarm.CLOCK_LATE if late else Alarm.CLOCK_DUE, at=now)
    return len(rows)


def close_settled(*, now: datetime, limit: int = 5000) -> int:
    """Close the cases settled as long ago as the policy says; return how many. Safe to run twice."""
    before = now - timedelta(days=get_policy().close_after_days)
    done = 0
    while done < limit and _close_one(before, now):
        done += 1
    return done


@transaction.atomic
def _close_one(before: datetime, now: datetime) -> bool:
    row = fetch_one(
        f"SELECT {CASE} FROM cases_case c WHERE c.status = 'resolved' AND c.resolved_at < %(before)s"  # noqa: S608  names of our own columns
        " ORDER BY c.resolved_at LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED",
        {"before": before},
    )
    if row is None:
        return False
    step(case_from_row(row), Status.CLOSED, now=now, actor=ACTOR)
    return True
