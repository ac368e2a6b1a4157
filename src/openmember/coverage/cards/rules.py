"""What of a member's coverage stands on the card of a day, and who sees what of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from openmember.coverage.cards.types import CardCoverage, Change

# X12 834 HD03: the kinds that are medical coverage, which a card shows first.
MEDICAL = ("HLT", "HMO", "EPO", "POS", "PPO", "MM", "AH")
# From this birthday on a person's medical record number is theirs alone to see.
OF_AGE_YEARS = 18
# How long after a change whoever answers is warned of it.
CHANGE_DAYS = 60


def join_stretches(spans: Iterable[CardCoverage]) -> tuple[CardCoverage, ...]:
    """Return the spans with those made one that follow each other under one plan and group.

    A new premium starts a new span; the card's effective date is that of the plan and the group.
    """
    joined: list[CardCoverage] = []
    for span in sorted(spans, key=lambda one: (_terms(one), one.starts_on)):
        last = joined[-1] if joined else None
        if last and _terms(last) == _terms(span) and _follows(last, span):
            joined[-1] = replace(last, ends_on=_later(last.ends_on, span.ends_on))
        else:
            joined.append(span)
    return tuple(joined)


def of_day(stretches: Iterable[CardCoverage], day: date) -> tuple[CardCoverage, ...]:
    """Return what covers on a day, medical coverage first."""
    open_then = [
        one
        for one in stretches
        if one.starts_on <= day and (one.ends_on is None or day <= one.ends_on)
    ]
    return tuple(sorted(open_then, key=_order))


def coming(stretches: Iterable[CardCoverage], day: date) -> tuple[CardCoverage, ...]:
    """Return what starts after a day, the soonest first."""
    return tuple(
        sorted(
            (one for one in stretches if one.starts_on > day),
            key=lambda o: (o.starts_on, _order(o)),
        )
    )


def ended_on(stretches: Iterable[CardCoverage], day: date) -> date | None:
    """Return the last day of the coverage that ended before a day, or None."""
    ends = [one.ends_on for one in stretches if one.ends_on and one.ends_on < day]
    return max(ends, default=None)


def changes(
    stretches: Iterable[CardCoverage], day: date, *, days: int = CHANGE_DAYS
) -> tuple[Change, ...]:
    """Return what changed in the last `days` or will, the latest first: old cards and old answers are wrong."""
    known = sorted(stretches, key=lambda one: (one.insurance_line, one.starts_on))
    pairs = (Change(before, after) for before, after in pairwise(known))
    found = [
        one
        for one in pairs
        if one.before.insurance_line == one.after.insurance_line
        and _terms(one.before) != _terms(one.after)
        and one.after.starts_on > day - timedelta(days=days)
    ]
    return tuple(sorted(found, key=lambda one: one.after.starts_on, reverse=True))


def may_see_record_number(*, is_own: bool, born_on: date | None, day: date) -> bool:
    """Return whether a holder sees a medical record number: their own, and of a child under 18."""
    if is_own:
        return True
    return born_on is not None and _years(born_on, day) < OF_AGE_YEARS


def _terms(one: CardCoverage) -> tuple[str, str, str]:
    return one.insurance_line, one.plan, one.group_number


def _follows(last: CardCoverage, span: CardCoverage) -> bool:
    return last.ends_on is None or span.starts_on <= last.ends_on + timedelta(days=1)


def _later(one: date | None, other: date | None) -> date | None:
    return None if one is None or other is None else max(one, other)


def _order(one: CardCoverage) -> tuple[bool, str]:
    return one.insurance_line not in MEDICAL, one.insurance_line


def _years(born_on: date, day: date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))
