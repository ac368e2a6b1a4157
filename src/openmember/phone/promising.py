"""Calls back that the line promised when nobody was there: each becomes a case with a promised call."""

from datetime import datetime

import structlog
from django.db import transaction

from openmember.accounts.queries import get_account
from openmember.cases.callbacks.types import Window
from openmember.cases.interactions.services import contacts
from openmember.cases.interactions.types import NewInteraction, Relay
from openmember.cases.types import CaseRefused, Channel
from openmember.cases.work.services.closing import promise_instead
from openmember.members.types import system
from openmember.phone import models
from openmember.phone.team import PAGES, TEAMS

log = structlog.get_logger("openmember.phone")

ACTOR = system("phone")


def keep_promises(*, now: datetime, limit: int = 500) -> int:
    """Make promised calls of the calls back that were told; return of how many. Safe to run twice."""
    done = 0
    while done < limit and _keep_one(now):
        done += 1
    return done


@transaction.atomic
def _keep_one(now: datetime) -> bool:
    row = (
        models.Handover.objects.filter(taken_at=None, call_from__isnull=False)
        .select_related("call").select_for_update(skip_locked=True, of=("self",))
        .order_by("asked_at").first()
    )  # fmt: skip
    if row is None or row.call_from is None or row.call_until is None:
        return False
    try:
        with transaction.atomic():
            _promise(row, Window(row.call_from, row.call_until), now)
    except CaseRefused as refused:
        # The number was taken away or changed meanwhile: the caller is on the list of whoever looks next.
        log.error("no_call_promised", handover_id=row.pk, why=refused.name)
    row.taken_at, row.taken_by = now, str(ACTOR)
    row.save(update_fields=["taken_at", "taken_by"])
    return True


def _promise(row: models.Handover, window: Window, now: datetime) -> None:
    new = NewInteraction(
        channel=Channel.PHONE, member_id=row.call.member_id,
        account_number=get_account(number=row.account_number).number, team=TEAMS[0],
        language=PAGES[row.language], relay=Relay.RELAY if row.is_relay else None,
        arrived_at=row.asked_at,
    )  # fmt: skip
    begun = contacts.begin(new=new, now=now, actor=ACTOR)
    promise_instead(interaction_id=begun.id, now=now, actor=ACTOR, window=window)
