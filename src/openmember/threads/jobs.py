"""What runs by the clock: e-mails that a message waits, alarms before a promise to reply breaks, the proof."""

from datetime import datetime, timedelta

import structlog
from django.utils import timezone
from procrastinate.contrib.django import app

from openmember.cases.rows import CASE, case_from_row
from openmember.cases.services.steps import raise_alarm
from openmember.cases.types import Alarm
from openmember.kernel.sql import fetch_all
from openmember.threads import proof
from openmember.threads.policy import alarm_minutes
from openmember.threads.services import drafts
from openmember.threads.services.telling import send_notices

log = structlog.get_logger("openmember.threads")

AT_ONCE = 500


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="watch_replies", pass_context=False)
def watch_replies(timestamp: int) -> None:
    """Look after the promises to reply."""
    alarm_replies(now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="tell_of_messages", pass_context=False)
def tell_of_messages(timestamp: int) -> None:
    """Send the e-mails that are due."""
    if sent := send_notices(now=timezone.now()):
        log.info("messages_told", sent=sent)


@app.periodic(cron="45 2 * * *")
@app.task(queueing_lock="sweep_drafts", pass_context=False)
def sweep_drafts_nightly(timestamp: int) -> None:
    """Drop drafts that were forgotten, with their files."""
    if dropped := drafts.sweep(now=timezone.now()):
        log.info("drafts_dropped", dropped=dropped)


@app.periodic(cron="35 2 * * *")
@app.task(queueing_lock="check_threads", pass_context=False)
def check_threads_nightly(timestamp: int) -> None:
    """Prove that what is stored of promises is what the logs say."""
    if differences := proof.list_differences():
        log.error("threads_differ", count=len(differences), first=differences[0].number)


def alarm_replies(*, now: datetime, limit: int = AT_ONCE) -> int:
    """Put the threads whose promise is about to break, or broke, before their team; return how many."""
    rows = fetch_all(
        f"SELECT {CASE}, t.reply_due_at FROM threads_thread t JOIN cases_case c ON c.id = t.case_id"  # noqa: S608  names of our own columns
        " WHERE t.reply_due_at <= %(soon)s AND NOT EXISTS (SELECT FROM cases_alarm a"
        " WHERE a.case_id = c.id AND a.cleared_at IS NULL"
        " AND a.kind = CASE WHEN t.reply_due_at <= %(now)s THEN 'reply_late' ELSE 'reply_due' END)"
        " ORDER BY t.reply_due_at LIMIT %(limit)s",
        {"soon": now + timedelta(minutes=alarm_minutes()), "now": now, "limit": limit},
    )
    for row in rows:
        kind = Alarm.REPLY_LATE if row.reply_due_at <= now else Alarm.REPLY_DUE
        raise_alarm(case_from_row(row), kind, at=now)
    return len(rows)
