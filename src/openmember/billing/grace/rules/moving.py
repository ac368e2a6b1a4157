"""The next step of a case, from what it is and what is owed. Decides only; `jobs` writes."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from openmember.billing.grace.types import Case, Move, Regime, Status, Step
from openmember.rulebook.amounts import get_amount
from openmember.rulebook.clocks import due_on

_DAY = timedelta(days=1)


def is_enough(*, owed_cents: int, open_cents: int, percent: Decimal) -> bool:
    """Return whether what was paid of the arrears makes them good."""
    return open_cents <= 0 or (owed_cents - open_cents) * 100 >= percent * owed_cents


def is_insignificant(*, due_cents: int, short_cents: int) -> bool:
    """Return whether a COBRA payment is short by so little that it must be allowed to be made up.

    Source: 26 CFR 54.4980B-8 Q5(d): no more than the lesser of $50 and 10 % of the amount due.
    """
    percent = get_amount("COBRA-SHORT-PCT").value
    return short_cents <= get_amount("COBRA-SHORT-USD").cents and (
        short_cents * 100 <= percent * due_cents
    )


def next_move(case: Case, today: date) -> Move | None:
    """Return the one step a case is due for today, or None. Asked again after each step."""
    if is_enough(
        owed_cents=case.owed_cents, open_cents=case.open_cents, percent=case.threshold_percent
    ):
        return Move(Step.CURED, status=Status.CURED, letter="grace_cured")
    if case.overdue_cents and case.pended_from and not case.pended_on and today >= case.pended_from:
        return _told(case, Step.PENDED, "pended_from", "grace_pended")
    if _is_unwarned(case) and case.warn_on and case.warn_on <= today <= case.last_on:
        return _told(
            case, Step.WARNED, "warn_on" if "warn_on" in case.dates else "last_on", "grace_warning"
        )
    if today <= ends_after(case) or not case.is_automatic:
        return None
    return _at_the_end(case, today)


def ends_after(case: Case) -> date:
    """Return the last day on which the arrears can be made good."""
    return max(case.last_on, case.not_before, case.held_until or case.last_on)


def next_look(case: Case, today: date) -> date:
    """Return the day a case may be due for its next step, were nothing paid."""
    days = [ends_after(case) + _DAY] if case.is_automatic else []
    if case.pended_from and not case.pended_on:
        days.append(case.pended_from)
    if _is_unwarned(case) and case.warn_on:
        days.append(case.warn_on)
    return min((max(day, today) for day in days), default=date.max)


def closed_through(case: Case, step: Step) -> date | None:
    """Return until when a closed case has dealt with unpaid months."""
    if step is Step.TERMINATED:
        return case.coverage_ends_on or case.scope_until
    if step in {Step.CURED, Step.PROSPECTIVE}:
        return case.counted_until or case.unpaid_month
    return None


def _at_the_end(case: Case, today: date) -> Move:
    if _is_short_by_little(case):
        last_on = due_on("COBRA-SHORT", today)
        return Move(
            Step.SHORTFALL, "COBRA-SHORT", last_on, letter="grace_shortfall", last_on=last_on
        )
    if _pays_from_now_on(case):
        return Move(
            Step.PROSPECTIVE, "ACA-BINDER-RETRO", case.last_on, status=Status.CURED,
            letter="coverage_prospective",
        )  # fmt: skip
    name = "coverage_ends_on" if case.coverage_ends_on else "last_on"
    letter = "coverage_ended" if case.coverage_ends_on else "coverage_canceled"
    return replace(_told(case, Step.TERMINATED, name, letter), status=Status.TERMINATED)


def _is_unwarned(case: Case) -> bool:
    """Return whether the last warning is still to come; being told of a shortfall is one."""
    return case.warned_on is None and case.shortfall_on is None


def _is_short_by_little(case: Case) -> bool:
    """Return whether a payment was made that has to be allowed to be made up; once a case."""
    return (
        case.regime in {Regime.COBRA, Regime.COBRA_FIRST}
        and case.shortfall_on is None
        and is_insignificant(due_cents=case.owed_cents, short_cents=case.open_cents)
    )


def _pays_from_now_on(case: Case) -> bool:
    """Return whether a first payment for earlier months too is enough for the one billed with them.

    Source: 45 CFR 155.400(e)(1)(iii): paying one month gives coverage from then on.
    """
    paid_cents = case.owed_cents - case.open_cents
    return (
        case.regime is Regime.BINDER
        and 0 < case.own_month_cents < case.owed_cents
        and paid_cents * 100 >= case.threshold_percent * case.own_month_cents
    )


def _told(case: Case, step: Step, date_name: str, letter: str) -> Move:
    dated = case.dates[date_name]
    return Move(step, dated.rule, dated.on, letter=letter)
