"""Reading calls and those who wait for a person."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Avg, Count, F, Q, QuerySet
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay
from django.utils import timezone

from openmember.cases.board.figures import measured_waits as waits_of_contacts
from openmember.cases.callbacks.types import Window
from openmember.directory.queries import zone_of
from openmember.phone import models
from openmember.phone.rules import wait_minutes

# A caller who was cut off calls back soon; later the portal and the statement tell.
TOLD_WITHIN = timedelta(days=2)
# A carrier that does not say that a call ended has ended it by then.
SURELY_OVER = timedelta(minutes=10)
SHOWN = 100
# The waiting time is measured on those who were answered of late.
MEASURED = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(hours=4)
# What is told of the best times to call is measured over so long.
MEASURED_WEEKS = timedelta(days=56)
# Fewer calls say nothing of an hour.
CALLS_AT_LEAST = 5


class UnknownHandover(Exception):
    """There is no such caller."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caller who asked for a person, and what they had done so far."""

    id: int
    account_number: str
    is_verified: bool
    language: str
    is_relay: bool
    asked_from: str
    entered: tuple[str, ...]
    amount_cents: int
    asked_at: datetime
    taken_at: datetime | None
    taken_by: str


def find_call(*, digest: str) -> models.Call | None:
    """Return a call as it was left."""
    return models.Call.objects.filter(digest=digest).first()


def find_untold(*, call: models.Call, member_id: int, now: datetime) -> models.Call | None:
    """Return the call of this person about this account that ended before they heard how.

    One in which something was paid comes before later ones in which nothing was.
    """
    return (
        untold_of(call=call, member_id=member_id, now=now)
        .annotate(tried=~Q(payment_key=""))
        .order_by("-tried", "-started_at")
        .first()
    )


def untold_of(*, call: models.Call, member_id: int, now: datetime) -> QuerySet[models.Call]:
    """Return earlier calls about the account by the same person whose end they never heard.

    The same person calls from the same telephone, or proved to be the same member. Nobody calls twice at
    once from one telephone; a member's other call counts once it is over.
    """
    is_over = Q(ended_at__isnull=False) | Q(changed_at__lt=now - SURELY_OVER)
    same = Q(caller=call.caller) & ~Q(caller="")
    if member_id:
        same |= Q(member_id=member_id) & is_over
    return models.Call.objects.filter(
        same,
        account_number=call.account_number,
        is_told=False,
        amount_cents__gt=0,
        started_at__gt=now - TOLD_WITHIN,
    ).exclude(id=call.pk)


def list_handovers() -> tuple[Waiting, ...]:
    """Return the callers nobody has taken, who waits longest first."""
    rows = untaken().order_by("asked_at")[:SHOWN]
    return tuple(_waiting(row) for row in rows)


def get_handover(*, handover_id: int) -> Waiting:
    """Return one caller. Errors: UnknownHandover."""
    row = models.Handover.objects.filter(id=handover_id).first()
    if row is None:
        raise UnknownHandover
    return _waiting(row)


def find_promised(*, call_id: int) -> Window | None:
    """Return the window in which the caller was promised to be called back in this call."""
    row = models.Handover.objects.filter(call_id=call_id, call_from__isnull=False).first()
    if row is None or row.call_from is None or row.call_until is None:
        return None
    return Window(row.call_from, row.call_until)


def expected_wait_minutes(*, call_id: int, people: int) -> int:
    """Return how long one waits for a person now, from how long those before had to."""
    now = timezone.now()
    ahead = untaken().exclude(call_id=call_id).values_list("asked_at", flat=True)
    taken = models.Handover.objects.filter(taken_at__gt=now - MEASURED).values_list(
        "asked_at", "taken_at"
    )
    waited = [(at - asked).total_seconds() for asked, at in taken if at]
    average = sum(waited) / len(waited) if waited else None
    return wait_minutes(ahead=len(ahead), average_seconds=average, people=people)


def waits_by_hour(*, since: datetime, zone: ZoneInfo) -> dict[tuple[int, int], int]:
    """Return how many seconds callers waited for a person, by weekday (0 is Monday) and hour of a zone.

    Hours with fewer than five calls since then say nothing and are left out.
    """
    taken = models.Handover.objects.filter(asked_at__gt=since, taken_at__isnull=False)
    hours = (
        taken.annotate(
            weekday=ExtractIsoWeekDay("asked_at", tzinfo=zone),
            hour=ExtractHour("asked_at", tzinfo=zone),
        )
        .values("weekday", "hour")
        .annotate(calls=Count("pk"), wait=Avg(F("taken_at") - F("asked_at")))
        .filter(calls__gte=CALLS_AT_LEAST)
    )
    return {(row["weekday"] - 1, row["hour"]): round(row["wait"].total_seconds()) for row in hours}


def measured_waits(*, region: str, now: datetime) -> dict[tuple[int, int], int]:
    """Return how many seconds people waited of late, by weekday and hour of a region; of all where it is empty.

    Shape:  contacts tell; hours of which they do not tell enough, callers of the line do.
    """
    since = now - MEASURED_WEEKS
    callers = waits_by_hour(since=since, zone=zone_of(region=region))
    contacts = waits_of_contacts(
        region=region, since_days=MEASURED_WEEKS.days, at_least=CALLS_AT_LEAST, now=now
    )
    return {**callers, **contacts}


def untaken() -> Any:
    """Return the rows of callers who wait now."""
    since = timezone.now() - FORGOTTEN_AFTER
    return models.Handover.objects.filter(
        taken_at=None, call_from=None, asked_at__gt=since, call__ended_at=None
    )


def _waiting(row: models.Handover) -> Waiting:
    return Waiting(
        id=row.pk,
        account_number=row.account_number,
        is_verified=row.is_verified,
        language=row.language,
        is_relay=row.is_relay,
        asked_from=row.asked_from,
        entered=tuple(row.entered),
        amount_cents=row.amount_cents,
        asked_at=row.asked_at,
        taken_at=row.taken_at,
        taken_by=row.taken_by,
    )
