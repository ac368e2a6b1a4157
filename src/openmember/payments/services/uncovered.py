"""Giving back, as credit, what was paid for months that turned out not to be covered."""

from datetime import date

from django.db import transaction

from openmember.accounts.queries import get_account
from openmember.billing.grace import queries as grace
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.types import Actor
from openmember.payments.services.charging import use_credit

ACCOUNTS_AT_ONCE = 1_000
_REASON = "The month is not covered: what was paid for it is given back."


def release_uncovered(*, on: date, actor: Actor) -> int:
    """Take payments off bills of uncovered months and put them on what is owed; return how many cents came off.

    What is left stays as credit, and is refunded by the rules for credit. An account a transaction, so that a
    run that is killed goes on where it was; again does nothing.
    """
    released = 0
    while numbers := grace.list_accounts_with_paid_uncovered(limit=ACCOUNTS_AT_ONCE):
        came_off = sum(_release(number, on, actor) for number in numbers)
        released += came_off
        if not came_off:
            break
    return released


@transaction.atomic
def _release(number: str, on: date, actor: Actor) -> int:
    released = 0
    for bill_id, wanted_cents in grace.list_paid_uncovered(account_number=number):
        left = wanted_cents
        for paid in fetch_all(_ALLOCATED, {"number": number, "bill": bill_id}):
            cents = min(left, paid.cents)
            if cents <= 0:
                break
            fetch_all(
                "SELECT payments_take_back(%(number)s, %(payment)s, %(bill)s, %(cents)s, %(on)s, %(actor)s)",
                {
                    "number": number, "payment": paid.payment_id, "bill": bill_id, "cents": cents,
                    "on": on, "actor": str(actor),
                },
            )  # fmt: skip
            left -= cents
        released += wanted_cents - left
    canceled = fetch_one(
        "SELECT billing_grace_cancel(%(number)s, %(reason)s, %(actor)s, %(on)s) AS cents",
        {"number": number, "reason": _REASON, "actor": str(actor), "on": on},
    ).cents
    if canceled:
        audit.record(
            actor=str(actor), action="grace.release", account_number=number, cents=canceled
        )
        use_credit(account=get_account(number=number), on=on, actor=actor)
    return released


# The latest payment first: it is the likeliest to have been meant for the later month.
_ALLOCATED = """
SELECT payment_id, sum(amount_cents)::bigint AS cents FROM payments_allocation
WHERE account_number = %(number)s AND bill_id = %(bill)s
GROUP BY payment_id HAVING sum(amount_cents) > 0 ORDER BY payment_id DESC
"""
