"""What months cost, when they are billed, and what a run may not do without being asked.

Proration, 45 CFR 155.240(e) and 155.340(i), memory: on the federal exchange a part of a month costs its
days' share of the monthly premium, and the tax credit likewise. Direct and employer plans follow it here.
COBRA, 26 CFR 54.4980B-8 Q1: 102 or 150 percent is a ceiling, so every amount is rounded down.
Medicare, 42 CFR 422.66 and 422.68, memory: coverage begins and ends with months, so it costs whole ones.
Rating, 45 CFR 147.102(a)(1)(iii) and (c)(1), memory: by the age at issue or renewal; of a family's children
under 21 only the three oldest are charged.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from openmember.coverage.types import CoverageType
from openmember.directory.types import BillDays
from openmember.rulebook.calendar import next_business_day

# How a part of a month is charged: 'nearest' cent of the days' share, never more than it ('down'), or
# only 'whole' months, from the first that coverage opens.
PRORATION: Mapping[CoverageType, str] = {
    CoverageType.EXCHANGE: "nearest",
    CoverageType.DIRECT: "nearest",
    CoverageType.EMPLOYER: "nearest",
    CoverageType.COBRA: "down",
    CoverageType.MEDICARE: "whole",
}
CHILD_AGE, CHARGED_CHILDREN = 21, 3
# A disability extension of COBRA costs more from the 19th to the 29th month. 26 CFR 54.4980B-8 Q1(b).
EXTENDED_AFTER_MONTHS, EXTENDED_UNTIL_MONTHS = 18, 29


class OutOfOrder(Exception):
    """Another month is to be billed next; the message says which. A reason lets the run go on."""


def pricing(cobra_percent: Decimal, cobra_extended_percent: Decimal) -> dict[str, Any]:
    """Return the rules a run prices by, as the database takes and keeps them."""
    full = {"bps": 10_000, "extended_bps": 10_000}
    cobra = {"bps": int(cobra_percent * 100), "extended_bps": int(cobra_extended_percent * 100)}
    return {
        "types": {
            kind.value: {"mode": mode, **(cobra if kind is CoverageType.COBRA else full)}
            for kind, mode in PRORATION.items()
        },
        "child_age": CHILD_AGE,
        "children": CHARGED_CHILDREN,
    }


def bill_dates(
    month: date, days: BillDays, *, run_on: date, jurisdiction: str
) -> tuple[date, date]:
    """Return when the bill of a month is dated and due. Neither is ever before the day of the run."""
    before = first_of(month - timedelta(days=1))
    issued_on = max(_day_of(before, days.bill_day), run_on)
    due_on = max(_day_of(month, days.due_day), issued_on + timedelta(days=days.notice_days))
    return issued_on, next_business_day(due_on, jurisdiction)


def check_order(month: date, *, last: date | None, today: date, reason: str) -> None:
    """Let pass the last month billed, once more, or the one after it. Errors: OutOfOrder without a reason."""
    if reason:
        return
    latest = last or first_of(today)
    allowed = (latest, next_month(latest))
    if month not in allowed:
        raise OutOfOrder(f"{allowed[1]:%B %Y} is to be billed next, not {month:%B %Y}")


def is_change_too_large(change_bps: int | None, *, limit_percent: int) -> bool:
    """Return whether a total differs from the month before by more than the limit."""
    return change_bps is not None and abs(change_bps) > limit_percent * 100


def range_size(accounts: int, *, most: int, workers: int) -> int:
    """Return how many accounts to bill at once, at most `most`, so that all workers end together."""
    rounds = max(ceil(accounts / (most * workers)), 1)
    return max(ceil(accounts / (rounds * workers)), 1)


def cobra_extension(began_on: date) -> tuple[date, date]:
    """Return the first and the last day on which a disability extension costs its higher rate."""
    return (
        add_months(began_on, EXTENDED_AFTER_MONTHS),
        add_months(began_on, EXTENDED_UNTIL_MONTHS) - timedelta(days=1),
    )


def first_of(day: date) -> date:
    """Return the first day of the month of a day."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """Return the first day of the following month."""
    return add_months(first_of(month), 1)


def add_months(day: date, months: int) -> date:
    """Return the same day some months on; where there is none, the first of the month after."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        return next_month(date(year, month + 1, 1))


def _day_of(month: date, day: int) -> date:
    return min(month + timedelta(days=day - 1), next_month(month) - timedelta(days=1))
