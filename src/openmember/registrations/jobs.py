"""What runs by the clock: e-mails to applicants."""

import structlog
from django.utils import timezone
from procrastinate.contrib.django import app

from openmember.members.types import system
from openmember.registrations.services import mailing

log = structlog.get_logger("openmember.registrations")


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="send_applicant_emails", pass_context=False)
def send_applicant_emails(timestamp: int) -> None:
    """Send what waits since the last time, and what a mail server refused then."""
    sent = mailing.send_emails(now=timezone.now(), actor=system("registrations"))
    if sent:
        log.info("applicant_emails_sent", sent=sent)
