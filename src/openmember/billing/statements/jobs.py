"""Telling those who read on screen that their statement is waiting."""

from datetime import date

import structlog
from procrastinate.contrib.django import app

from openmember.billing.statements import queries
from openmember.kernel.sql import fetch_one
from openmember.letters.delivery import send_notice

log = structlog.get_logger("openmember.billing")

CHUNK = 500


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="tell_of_statements", pass_context=False)
def tell_of_statements(timestamp: int) -> None:
    """Tell of the newest month's statements whom nobody has told yet."""
    for month in queries.list_months()[:1]:
        if told := tell(month=month):
            log.info("statements_told", month=month.isoformat(), told=told)


def tell(*, month: date) -> int:
    """Send each holder who reads on screen one e-mail that says only that a document waits; return how many.

    An e-mail is sent before it is noted: a crash between the two tells somebody twice, never not at all.
    """
    told, last = 0, ""
    while rows := queries.list_untold(month=month, after=last, limit=CHUNK):
        for row in rows:
            last = row.account_number
            send_notice(email=row.email, language=row.language)
            fetch_one(
                "SELECT billing_statements_told(%(number)s, %(month)s)",
                {"number": row.account_number, "month": month},
            )
            told += 1
    return told
