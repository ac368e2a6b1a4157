"""Which way credit goes back, when, and what to suggest."""

from datetime import date, timedelta
from decimal import Decimal

from openmember.payments.credits.types import Dormancy, HeldCredit, Suggestion, Way, WhyCheck
from openmember.payments.types import Method

# Money of these may still be taken back by the payer's bank.
CAN_BOUNCE = frozenset({Method.ACH, Method.CHECK})


def why_check(credit: HeldCredit, today: date, tender_days: int) -> WhyCheck | None:
    """Return why credit cannot go back to what it was paid with, or None when it can.

    The one place that decides it. Credit that came with a joined account has no tender of its own: the
    payment it came from belongs to the other account, and part of it may have been used there.
    """
    if credit.method is Method.TRANSFER:
        return WhyCheck.JOINED_ACCOUNT
    if not credit.gateway:
        return WhyCheck.NO_GATEWAY
    if credit.has_failed_refund:
        return WhyCheck.TENDER_FAILED
    if credit.paid_on + timedelta(days=tender_days) < today:
        return WhyCheck.TOO_OLD
    return None


def way_of(credit: HeldCredit, today: date, tender_days: int) -> Way:
    """Return how credit goes back."""
    return Way.CHECK if why_check(credit, today, tender_days) else Way.TENDER


def way_of_payment(credit: HeldCredit, today: date, tender_days: int) -> Way:
    """Return how a payment goes back: what no network took is paid out by the office."""
    why = why_check(credit, today, tender_days)
    if why is WhyCheck.NO_GATEWAY:
        return Way.OFFICE
    return Way.CHECK if why else Way.TENDER


def ready_on(credit: HeldCredit, hold_days: int) -> date:
    """Return the first day on which credit may go back: after a check or debit can no longer bounce."""
    if credit.is_settled or credit.method not in CAN_BOUNCE:
        return credit.paid_on
    return credit.paid_on + timedelta(days=hold_days)


def dormant_on(active_on: date, dormancy: Dormancy | None) -> date | None:
    """Return the first day on which a state has a claim to credit; None when no period is configured."""
    if dormancy is None or dormancy.months is None:
        return None
    year, month = divmod(active_on.year * 12 + active_on.month - 1 + dormancy.months, 12)
    day = active_on.day
    while True:
        try:
            return date(year, month + 1, day) + timedelta(days=1)
        except ValueError:
            day -= 1


def suggest(
    *,
    since: date,
    active_on: date,
    billed_until: date | None,
    today: date,
    dormancy: Dormancy | None,
    hold_days: int,
    keep_days: int,
) -> Suggestion:
    """Return what to do about an account's credit.

    An account that is billed each month uses credit by itself, so it is kept for a while before it goes back.
    """
    dormant = dormant_on(active_on, dormancy)
    if dormant and today >= dormant:
        return Suggestion.TURN_OVER
    if since + timedelta(days=hold_days) > today:
        return Suggestion.WAIT
    is_billed = billed_until is not None and billed_until >= today - timedelta(days=62)
    if is_billed and since + timedelta(days=keep_days) > today:
        return Suggestion.KEEP
    return Suggestion.REFUND


def must_refund_excess(excess_cents: int, refund_from_dollars: Decimal) -> bool:
    """Return whether what was paid beyond what was owed after assistance goes back.

    It does unless it is less than the amount: $5.00 itself is refunded. Source: 26 CFR 1.501(r)-6(c)(6),
    rulebook R501-REFUND.
    """
    return excess_cents >= refund_from_dollars * 100
