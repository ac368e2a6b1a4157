"""What runs by the clock: sending letters."""

import structlog
from django.utils import timezone
from procrastinate.contrib.django import app

from openmember.letters import delivery
from openmember.members.types import system

log = structlog.get_logger("openmember.letters")


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="send_letters", pass_context=False)
def send_letters(timestamp: int) -> None:
    """Send what was written since the last time."""
    sent = delivery.send_letters(now=timezone.now(), actor=system("letters"))
    if sent.told or sent.to_print or sent.broken:
        log.info("letters_sent", told=sent.told, to_print=sent.to_print, broken=sent.broken)
