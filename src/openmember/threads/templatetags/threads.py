"""How a promise to reply is written."""

from datetime import datetime, timedelta

from django.template import Library
from django.utils import timezone

from openmember.ui import formats

register = Library()


@register.filter
def reply_by(due_at: datetime) -> str:
    """Write the last moment in time, a day alone where all of it is. `due_at` is the first that is late."""
    last = due_at - timedelta(minutes=1)
    local = timezone.localtime(last)
    day, clock = formats.moment(last, style="weekday")
    return day if (local.hour, local.minute) == (23, 59) else f"{day}, {clock}"
