"""Checks: drawn once, paid by the bank, stopped, or never cashed."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction

from openmember.kernel.sql import Refused, fetch_one
from openmember.members.types import Actor, Scope
from openmember.payments.credits import queries
from openmember.payments.credits.services.refunds import CreditRefused
from openmember.payments.services.merges import follow_merge


def issue_checks(*, on: date, actor: Actor) -> int | None:
    """Draw a check for each refund that waits for one; return the run, or None when there was none.

    What has no address to go to stays, and `queries.count_without_address` counts it. Errors: NotAllowed.
    """
    actor.require(Scope.REFUND)
    with transaction.atomic():
        row = fetch_one(
            "SELECT payments_checks_issue(%(on)s, %(actor)s) AS run",
            {"on": on, "actor": str(actor)},
        )
    return int(row.run) if row.run is not None else None


def clear_check(*, number: int, amount_cents: int, on: date, actor: Actor) -> bool:
    """Record that the bank paid a check. Again returns False. Errors: CreditRefused when amounts differ."""
    return _end_check(number, "cleared", amount_cents, "", on, actor)


@transaction.atomic
def stop_check(*, number: int, reason: str, on: date, actor: Actor) -> bool:
    """Stop a check: its money is credit again. Again returns False. Errors: NotAllowed, CreditRefused."""
    actor.require(Scope.REFUND)
    return _end_check(number, "stopped", None, reason, on, actor)


def let_checks_go_stale(*, today: date, actor: Actor) -> int:
    """Make the money of checks nobody cashed in time credit again; return how many."""
    before = today - timedelta(days=settings.CHECK_STALE_DAYS)
    return sum(
        _end_check(check.number, "stale", None, "not cashed in time", today, actor)
        for check in queries.list_stale_checks(issued_before=before)
    )


@transaction.atomic
def _end_check(
    number: int, status: str, amount_cents: int | None, reason: str, on: date, actor: Actor
) -> bool:
    try:
        row = fetch_one(
            "SELECT payments_check_end(%(number)s, %(status)s, %(amount)s, %(reason)s, %(on)s, %(actor)s)"
            " AS done",
            {
                "number": number,
                "status": status,
                "amount": amount_cents,
                "reason": reason,
                "on": on,
                "actor": str(actor),
            },
        )
    except Refused as refused:
        raise CreditRefused(refused.detail or refused.name) from refused
    if row.done and status != "cleared":
        check = queries.get_check(number=number)
        follow_merge(account_number=check.account_number, on=on, actor=actor)
    return bool(row.done)
