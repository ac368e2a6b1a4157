"""What is offered, when each instalment is due, where a plan stands, and when it may end.

No interest and no fee anywhere: the instalments of a plan are what its bills have open, to the cent.
"""

import calendar
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from openmember.billing.plans.types import (
    Basis,
    Due,
    Instalment,
    InstalmentStatus,
    NoOffer,
    Offer,
    Part,
    Policy,
    Standing,
)
from openmember.billing.types import Bill

Roll = Callable[[date], date]
# Beyond this nobody can mean it; a smaller monthly amount is what assistance is for.
LONGEST_MONTHS = 600


def can_plan(bill: Bill, policy: Policy) -> bool:
    """Return whether a bill can go into a plan: of a line the policy names, open, undisputed, in none."""
    return bill.line in policy.lines and bill.is_asked_for


def offers(
    total_cents: int, day: int, today: date, policy: Policy, roll: Roll
) -> tuple[Offer, ...]:
    """Return the policy's choices for a sum, the shortest first; none when it is too small."""
    band = next(
        band for band in policy.bands if band.up_to_cents is None or total_cents <= band.up_to_cents
    )
    found: dict[int, Offer] = {}
    for months in band.months:
        monthly = -(-total_cents // months)
        if monthly >= policy.minimum_monthly_cents:
            offer = Offer(monthly, dues(total_cents, monthly, day, today, policy, roll))
            found.setdefault(offer.months, offer)
    return tuple(found.values())


def offer_of(
    total_cents: int, monthly_cents: int, day: int, today: date, policy: Policy, roll: Roll
) -> Offer:
    """Return the terms of a monthly amount somebody names. Errors: NoOffer when the policy has none such."""
    if monthly_cents < min(policy.minimum_monthly_cents, total_cents):
        raise NoOffer("too_small")
    choices = offers(total_cents, day, today, policy, roll)
    least = min((offer.monthly_cents for offer in choices), default=policy.minimum_monthly_cents)
    if monthly_cents < min(least, total_cents):
        raise NoOffer("too_long")
    if monthly_cents >= total_cents:
        raise NoOffer("too_short")
    return Offer(monthly_cents, dues(total_cents, monthly_cents, day, today, policy, roll))


def affordable_cap_cents(income_cents: int, essential_cents: int, percent_at_most: Decimal) -> int:
    """Return the most a family may be asked for a month: the share of income left after essentials.

    Source: HSC 127400(i), rulebook CA-HFPA-PLAN; rounded down, because it is a limit.
    """
    left = max(income_cents - essential_cents, 0)
    return int((Decimal(left) * percent_at_most / 100).to_integral_value(ROUND_FLOOR))


def affordable_offer(
    total_cents: int, cap_cents: int, day: int, today: date, policy: Policy, roll: Roll
) -> Offer:
    """Return the plan of what a family can pay, however long it takes. Errors: NoOffer when that is nothing."""
    if cap_cents <= 0 or -(-total_cents // cap_cents) > LONGEST_MONTHS:
        raise NoOffer("nothing_left")
    monthly = min(cap_cents, total_cents)
    return Offer(
        monthly, dues(total_cents, monthly, day, today, policy, roll), basis=Basis.AFFORDABLE
    )


def exception_offer(
    total_cents: int, monthly_cents: int, day: int, today: date, policy: Policy, roll: Roll,
    *, reason: str,
) -> Offer:  # fmt: skip
    """Return terms the policy does not have, which somebody decided on. Errors: NoOffer."""
    if not 0 < monthly_cents <= total_cents or -(-total_cents // monthly_cents) > LONGEST_MONTHS:
        raise NoOffer("too_long")
    parts = dues(total_cents, monthly_cents, day, today, policy, roll)
    return Offer(monthly_cents, parts, basis=Basis.EXCEPTION, reason=reason)


def dues(
    total_cents: int, monthly_cents: int, day: int, today: date, policy: Policy, roll: Roll
) -> tuple[Due, ...]:
    """Return when how much is due: the monthly amount, and in the last month what is left.

    Always on the same day of the month, or its last where it has no such day, moved by `roll` off days on
    which banks do not work. A down payment, where the policy asks for one, is due on the day of agreement.
    """
    down = total_cents * policy.down_payment_percent // 100
    found = [Due(today, down)] if down else []
    left, month = total_cents - down, today + timedelta(days=policy.first_due_after_days)
    due_on = _in_month(month.year, month.month, day)
    if due_on < month:
        due_on = _next_month(due_on, day)
    while left:
        part = min(left, monthly_cents)
        found.append(Due(roll(due_on), part))
        left -= part
        due_on = _next_month(due_on, day)
    return tuple(found)


def _next_month(after: date, day: int) -> date:
    year, month = divmod(after.year * 12 + after.month, 12)
    return _in_month(year, month + 1, day)


def _in_month(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, calendar.monthrange(year, month)[1]))


def standing_of(
    schedule: Sequence[Due], parts: Sequence[Part], today: date, grace_days: int
) -> Standing:
    """Return where a plan stands: payments cover the first instalments, what was taken off the last ones.

    What came to be owed since the schedule was made (a payment from before it that the bank took back, a
    correction upward) is added to the last instalment, so that what is left is what the bills have open.
    """
    paid = sum(part.paid_cents - part.then_paid_cents for part in parts)
    off = sum(part.then_adjusted_cents - part.adjusted_cents for part in parts)
    added = max(-paid, 0) + max(-off, 0)
    paid, off = max(paid, 0), max(off, 0)
    amounts = [due.amount_cents for due in schedule]
    amounts[-1] += added
    for place in range(len(amounts) - 1, -1, -1):
        taken = min(off, amounts[place])
        amounts[place] -= taken
        off -= taken
    instalments, left = [], paid
    for position, (due, amount) in enumerate(zip(schedule, amounts, strict=True), start=1):
        if not amount:
            continue
        covered = min(left, amount)
        left -= covered
        status = _status(amount - covered, covered, due.due_on, today, grace_days)
        instalments.append(Instalment(position, due.due_on, amount, covered, status))
    return Standing(
        instalments=tuple(instalments),
        paid_cents=paid,
        remaining_cents=sum(part.open_cents for part in parts),
        due_now_cents=sum(one.open_cents for one in instalments if one.due_on <= today),
    )


def _status(
    open_cents: int, covered_cents: int, due_on: date, today: date, grace_days: int
) -> InstalmentStatus:
    if not open_cents:
        return InstalmentStatus.PAID
    if due_on + timedelta(days=grace_days) < today:
        return InstalmentStatus.MISSED
    if covered_cents:
        return InstalmentStatus.PARTLY_PAID
    return InstalmentStatus.DUE if due_on <= today else InstalmentStatus.COMING


class Step(StrEnum):
    """What is to be done about a plan today."""

    COMPLETE = "complete"
    REMIND = "remind"
    NOTICE = "notice"
    TRY = "try"
    LAPSE = "lapse"


def lapses_on(standing: Standing, policy: Policy) -> date | None:
    """Return the first day on which a plan may end for missed payments, or None while it is kept.

    Every payment that fell due in the days before must have been missed whole: so the days count from the
    first instalment of which nothing is paid, and any payment moves them on. Source: policy.toml, lapse.
    """
    first = next((one for one in standing.missed if not one.paid_cents), None)
    return first.due_on + timedelta(days=policy.lapse_days + 1) if first else None


def next_step(
    standing: Standing,
    policy: Policy,
    today: date,
    *,
    is_disputed: bool,
    reminded: frozenset[int],
    noticed: dict[int, date],
    tried_on: date | None,
) -> tuple[Step, int | None] | None:
    """Return what to do about a plan today and for which instalment; None when all is as it should be.

    `reminded` and `noticed` tell for which instalments a letter went out; `tried_on` is when somebody last
    tried to reach the member. A plan ends only after a notice in time and an attempt to reach them.
    """
    if not standing.remaining_cents:
        return Step.COMPLETE, None
    missed = standing.missed
    if is_disputed or not missed:
        return None
    if missed[-1].position not in reminded:
        return Step.REMIND, missed[-1].position
    lapse_on = lapses_on(standing, policy)
    if lapse_on is None or today < lapse_on - timedelta(days=policy.notice_days):
        return None
    first = next(one for one in missed if not one.paid_cents)
    if first.position not in noticed:
        return Step.NOTICE, first.position
    has_waited = noticed[first.position] + timedelta(days=policy.notice_days) <= today
    if tried_on is None or tried_on <= first.due_on:
        return Step.TRY, first.position
    return (Step.LAPSE, first.position) if today >= lapse_on and has_waited else None
