"""What runs by the clock: telling devices of news."""

from dataclasses import asdict

import structlog
from django.utils import timezone
from procrastinate.contrib.django import app

from openmember.devices.sending import send_news

# With a worker of its own: how long it takes is up to servers that members name.
QUEUE = "devices"

log = structlog.get_logger("openmember.devices")


@app.periodic(cron="* * * * *")
@app.task(queue=QUEUE, queueing_lock="tell_devices", pass_context=False)
def tell_devices(timestamp: int) -> None:
    """Send what happened since the last time."""
    told = asdict(send_news(now=timezone.now()))
    if any(told.values()):
        log.info("devices_told", **told)
