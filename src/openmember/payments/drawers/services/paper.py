"""Numbered receipts on paper, for when nothing else works: handed out before, keyed once after."""

from datetime import date

from django.db import transaction

from openmember.directory.facilities import Facility
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all
from openmember.members.types import Actor, Scope
from openmember.payments.drawers.services.refusals import counter_refusals


@transaction.atomic
def issue_range(*, facility: Facility, first: int, last: int, on: date, actor: Actor) -> None:
    """Hand a range of numbers out to a facility.

    Errors: NotAllowed; CounterRefused for numbers issued before.
    """
    actor.require(Scope.SUPERVISE_DRAWERS)
    with counter_refusals():
        fetch_all(
            "SELECT payments_paper_issue(%(facility)s, %(first)s, %(last)s, %(on)s, %(actor)s)",
            {
                "facility": facility.code,
                "first": first,
                "last": last,
                "on": on,
                "actor": str(actor),
            },
        )
    audit.record(
        actor=str(actor), action="paper.issue", facility=facility.code, first=first, last=last
    )


@transaction.atomic
def spoil_receipt(*, facility: Facility, number: int, reason: str, actor: Actor) -> None:
    """Note that a number was spoiled and nothing was taken on it.

    Errors: NotAllowed; CounterRefused for a number not given to the facility, or keyed before.
    """
    actor.require(Scope.SUPERVISE_DRAWERS)
    with counter_refusals():
        fetch_all(
            "SELECT payments_paper_key(%(facility)s, %(number)s, NULL, NULL, %(reason)s, %(actor)s)",
            {
                "facility": facility.code,
                "number": number,
                "reason": reason,
                "actor": str(actor),
            },
        )
    audit.record(actor=str(actor), action="paper.spoil", number=number, reason=reason)
