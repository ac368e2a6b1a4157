"""What the API does by the clock: forget answers nobody will ask for again, and tokens that ran out."""

from datetime import timedelta

from django.utils import timezone
from oauth2_provider.models import clear_expired
from procrastinate.contrib.django import app

from openmember.api.models import Answer

# The door knows a payment's key for ever; only the words of the answer go.
KEPT = timedelta(days=2)


@app.periodic(cron="35 * * * *")
@app.task(queueing_lock="forget_answers", pass_context=False)
def forget_answers(timestamp: int) -> None:
    """Drop old answers, and tokens that can be used no more."""
    sweep()


def sweep() -> None:
    """Do what `forget_answers` does."""
    Answer.objects.filter(answered_at__lt=timezone.now() - KEPT).delete()
    clear_expired()
