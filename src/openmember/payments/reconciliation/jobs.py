"""Holding yesterday's money against the bank every morning."""

from datetime import timedelta

import structlog
from procrastinate.contrib.django import app

from openmember.members.types import system
from openmember.payments.jobs import office_today
from openmember.payments.reconciliation.services.matching import reconcile_day

log = structlog.get_logger("openmember.payments")


@app.periodic(cron="30 6 * * *")
@app.task(queueing_lock="reconcile", pass_context=False)
def reconcile(timestamp: int) -> None:
    """Reconcile up to yesterday; again changes nothing."""
    done = reconcile_day(day=office_today() - timedelta(days=1), actor=system("reconcile"))
    log.info("reconciled", day=done.day.isoformat(), settled=done.settled, open=done.open.total)
    if done.late.total:
        log.warning("differences_late", count=done.late.total)
