"""What the phone line does by the clock: forget old calls."""

from datetime import timedelta

from django.utils import timezone
from procrastinate.contrib.django import app

from openmember.phone import models
from openmember.phone.promising import keep_promises
from openmember.phone.securing import end_lines_of_calls

# Nobody is on the line for longer; a carrier's word that a call is over may get lost.
LONGEST_CALL = timedelta(hours=6)
KEPT = timedelta(days=90)


@app.periodic(cron="20 * * * *")
@app.task(queueing_lock="forget_calls", pass_context=False)
def forget_calls(timestamp: int) -> None:
    """Empty calls that must be over, and drop those nobody needs any more."""
    sweep()


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="promise_calls", pass_context=False)
def promise_calls(timestamp: int) -> None:
    """Make the calls back that were promised on the line promised calls of cases."""
    keep_promises(now=timezone.now())


def sweep() -> None:
    """Do what `forget_calls` does."""
    now = timezone.now()
    over = models.Call.objects.filter(ended_at=None, started_at__lt=now - LONGEST_CALL)
    end_lines_of_calls(digests=list(over.values_list("digest", flat=True)))
    over.update(ended_at=now, memory={}, answer="", carrier_id="")
    models.Call.objects.filter(started_at__lt=now - KEPT).delete()
