"""What the outbox does by the clock: send what waits, and forget what went long ago."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from procrastinate.contrib.django import app

from openmember.texting import models
from openmember.texting.gateway import get_text_sender
from openmember.texting.services import send_texts as send

KEPT = timedelta(days=90)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="send_texts", pass_context=False)
def send_texts(timestamp: int) -> None:
    """Send the messages that wait."""
    if settings.PHONE_TEXT_SENDER:
        send(sender=get_text_sender())


@app.periodic(cron="25 * * * *")
@app.task(queueing_lock="forget_texts", pass_context=False)
def forget_texts(timestamp: int) -> None:
    """Drop what nobody needs any more."""
    models.TextMessage.objects.filter(asked_at__lt=timezone.now() - KEPT).delete()
