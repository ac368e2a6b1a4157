"""Who qualifies for how much, for which bills, and what is still missing.

Sources: 26 CFR 1.501(r)-4 to -6 (nonprofit hospitals); California HSC 127400 and following. No rule here asks
what somebody owns.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from openmember.assistance.terms import WHOLE, Discount, Policy
from openmember.assistance.types import (
    DECIDED,
    PENDING,
    Facts,
    Guideline,
    Missing,
    Program,
    Proof,
    Reason,
    Status,
)
from openmember.billing.types import Line

MOVES: dict[Status, frozenset[Status]] = {
    Status.DRAFT: frozenset({Status.RECEIVED, Status.INCOMPLETE, Status.WITHDRAWN}),
    Status.RECEIVED: frozenset({Status.INCOMPLETE, Status.WITHDRAWN}) | DECIDED,
    Status.INCOMPLETE: frozenset({Status.RECEIVED, Status.INCOMPLETE, Status.WITHDRAWN}) | DECIDED,
    Status.APPROVED: frozenset(),
    Status.PARTLY: frozenset({Status.APPEALED}),
    Status.DENIED: frozenset({Status.APPEALED}),
    Status.APPEALED: frozenset({Status.WITHDRAWN}) | DECIDED,
    Status.WITHDRAWN: frozenset(),
}
NOTHING = Discount(0, 0)
HOUSEHOLD_AT_MOST = 40


class CannotMove(Exception):
    """The application is not where this can be done; the message says so in words."""


def check_move(before: Status, after: Status) -> None:
    """Errors: CannotMove."""
    if after not in MOVES[before]:
        raise CannotMove(f"an application that is {before} cannot become {after}")


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the rules make of an application; a person confirms it, unless the policy is that it stands."""

    outcome: Status
    reasons: tuple[Reason, ...]
    discount: Discount
    percent: "Percent | None"
    band_up_to: int | None = None
    program: Program | None = None
    automatic: bool = False


@dataclass(frozen=True, slots=True)
class Percent:
    """An income as a percentage of a guideline, never rounded before it is compared."""

    yearly_cents: int
    guideline_dollars: int

    def is_at_most(self, percent: int) -> bool:
        # cents / (dollars x 100) <= percent / 100, without the division.
        return self.yearly_cents <= percent * self.guideline_dollars

    @property
    def hundredths(self) -> int:
        """For showing, rounded up: an income just above a limit never reads as the limit."""
        return -(-self.yearly_cents * 100 // self.guideline_dollars)


def find_missing(
    facts: Facts, *, is_signed: bool, proofs: frozenset[Proof], policy: Policy
) -> tuple[Missing, ...]:
    """Return what is needed before this can be decided, in the order in which it is asked for."""
    needed = []
    if not facts.household:
        needed.append(Missing.HOUSEHOLD)
    if not facts.state:
        needed.append(Missing.STATE)
    presumed = [known for program in facts.programs if (known := policy.find_presumption(program))]
    if not presumed:
        if facts.has_income is None or (facts.has_income and not facts.incomes):
            needed.append(Missing.INCOME)
        elif facts.has_income and policy.wants_proof_of_income and not proofs & _ANY_INCOME:
            needed.append(Missing.PROOF_OF_INCOME)
    elif all(known.needs_proof for known in presumed) and Proof.PROGRAM not in proofs:
        needed.append(Missing.PROOF_OF_PROGRAM)
    if not is_signed:
        needed.append(Missing.SIGNATURE)
    return tuple(needed)


_ANY_INCOME = frozenset({Proof.INCOME, Proof.OTHER})


def propose(
    facts: Facts,
    *,
    guideline: Guideline,
    policy: Policy,
    proofs: frozenset[Proof],
    limit_of: Callable[[str], int],
) -> Proposal:
    """Return what follows from the facts: a program's presumption, else the band of the income.

    `limit_of` gives the percentage that an amount of the rulebook names, for the floors of states.
    """
    percent = Percent(facts.yearly_cents, guideline.dollars)
    for program in facts.programs:
        known = policy.find_presumption(program)
        if known and (Proof.PROGRAM in proofs or not known.needs_proof):
            given = _granted(known.discount, (Reason.PRESUMPTIVE,), policy)
            return Proposal(*given, percent, None, program, known.automatic)
    band = next((one for one in policy.bands if percent.is_at_most(one.up_to_percent)), None)
    discount = band.discount if band else NOTHING
    reasons: tuple[Reason, ...] = (Reason.WITHIN_BAND,) if discount != NOTHING else ()
    for floor in policy.floors:
        if floor.state == facts.state and percent.is_at_most(limit_of(floor.amount_id)):
            raised = _higher(discount, floor.discount)
            if raised != discount:
                discount, reasons = raised, (*reasons, Reason.STATE_LAW)
    if discount == NOTHING:
        return Proposal(Status.DENIED, (Reason.OVER_INCOME,), NOTHING, percent)
    return Proposal(
        *_granted(discount, reasons, policy), percent, band.up_to_percent if band else None
    )


def grant_exception(
    discount: Discount, policy: Policy
) -> tuple[Status, tuple[Reason, ...], Discount]:
    """Return what a reviewer grants by hand, which the cap of what is generally billed still raises."""
    if discount == NOTHING:
        return Status.DENIED, (Reason.OVER_INCOME,), NOTHING
    return _granted(discount, (Reason.EXCEPTION,), policy)


def _granted(
    discount: Discount, reasons: tuple[Reason, ...], policy: Policy
) -> tuple[Status, tuple[Reason, ...], Discount]:
    """Never charge somebody who qualifies more than is generally billed (1.501(r)-5)."""
    capped = _higher(discount, _cap(policy))
    if capped != discount:
        reasons = (*reasons, Reason.BILLED_CAP)
    is_all = capped == Discount(WHOLE, WHOLE)
    return Status.APPROVED if is_all else Status.PARTLY, reasons, capped


def _cap(policy: Policy) -> Discount:
    off = WHOLE - policy.billed_cap_bps
    return Discount(
        off if Line.MEDICAL in policy.billed_cap_lines else 0,
        off if Line.PHARMACY in policy.billed_cap_lines else 0,
    )


def _higher(one: Discount, other: Discount) -> Discount:
    return Discount(
        max(one.medical_bps, other.medical_bps), max(one.pharmacy_bps, other.pharmacy_bps)
    )


def takes_old_bills(state: str, policy: Policy) -> bool:
    """Return whether bills come with an application however old they are, and not only to day 240."""
    return state in policy.late_bills_in


def guideline_year(on: date, policy: Policy) -> int:
    """Return the year whose poverty guidelines count on a day."""
    return on.year if (on.month, on.day) >= policy.guidelines_from else on.year - 1


def last_of_months(start: date, months: int) -> date:
    """Return the last day of so many months that begin on `start`."""
    years, month = divmod(start.month - 1 + months, 12)
    try:
        after = date(start.year + years, month + 1, start.day)
    except (
        ValueError
    ):  # No such day in that month, so its first missing day is the next month's first.
        years, month = divmod(start.month + months, 12)
        after = date(start.year + years, month + 1, 1)
    return after - timedelta(days=1)


def may_decide(entered_by: tuple[str, ...], decided_by: tuple[str, ...], actor: str) -> bool:
    """Return whether this person may decide: not who keyed the application or a document in, so that nobody
    gives money away alone; and an appeal goes to somebody who has not decided before.
    """
    return actor not in entered_by and actor not in decided_by


def is_open(status: Status) -> bool:
    """Return whether another application would be one too many."""
    return status is Status.DRAFT or status in PENDING
