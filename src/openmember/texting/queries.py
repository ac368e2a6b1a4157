"""Reading the outbox."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from openmember.texting import models

LATE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Outbox:
    """How many messages wait longer than they should, and how many were given up in the last day."""

    late: int
    given_up: int


def get_outbox() -> Outbox:
    """Return how the outbox stands."""
    now = timezone.now()
    unsent = models.TextMessage.objects.filter(sent_at=None)
    return Outbox(
        late=unsent.exclude(number="").filter(asked_at__lt=now - LATE).count(),
        given_up=unsent.filter(
            number="", tries__gt=0, asked_at__gt=now - timedelta(days=1)
        ).count(),
    )
