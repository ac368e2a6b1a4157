"""When grace begins and ends. Its clocks are named by id, and carry their citations in the rulebook."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from openmember.billing.grace.policies import PAID_THROUGH, Choice, get_policies
from openmember.billing.grace.types import Dated, Grace, Regime, Unpaid
from openmember.coverage.types import CoverageType
from openmember.rulebook.amounts import get_amount
from openmember.rulebook.arithmetic import months_after
from openmember.rulebook.clocks import due, due_on, get_clock

_DAY = timedelta(days=1)
_STATE_CLOCKS = {
    "CA": "CA-GRACE-STD", "CO": "CO-GRACE-IND", "DC": "DC-GRACE-IND", "GA": "GA-GRACE-IND",
    "HI": "HI-GRACE-IND", "MD": "MD-GRACE", "OR": "OR-GRACE-IND", "VA": "VA-GRACE-IND", "WA": "WA-GRACE",
}  # fmt: skip
_GROUP_CLOCKS = {"CA": "CA-GRACE-STD", "VA": "VA-GRACE-GRP"}
# These run from the notice, and coverage with them.
_FROM_NOTICE = {"CA-GRACE-STD"}


def open_grace(unpaid: Unpaid, today: date) -> Grace | None:
    """Return the case an unpaid premium opens today; None while it is not due or its month not begun."""
    if today <= unpaid.due_on or today < unpaid.covers:
        return None
    policies = get_policies()
    grace = _OPENERS[regime_of(unpaid)](unpaid, today)
    warn_on = grace.warn_on or grace.last_on - policies.warn_days * _DAY
    return replace(
        grace,
        scope_until=grace.scope_until.replace(day=1),
        threshold_percent=threshold_percent(unpaid.coverage_type),
        not_before=max(grace.not_before, grace.last_on, today + policies.least_days * _DAY),
        # The notice that opens a late case is its warning too.
        warn_on=warn_on if warn_on > today else None,
    )


def regime_of(unpaid: Unpaid) -> Regime:
    """Return which rules an unpaid premium falls under."""
    kind = unpaid.coverage_type
    if kind is CoverageType.MEDICARE:
        return Regime.MEDICARE
    if kind is CoverageType.COBRA:
        return Regime.COBRA_FIRST if unpaid.is_first else Regime.COBRA
    if kind is CoverageType.EMPLOYER:
        return Regime.EMPLOYER
    if unpaid.is_first:
        return Regime.BINDER
    # California asks for a whole month's premium before federal grace (28 CCR 1300.65.3).
    if unpaid.has_aptc and (unpaid.had_full_month or unpaid.state != "CA"):
        return Regime.APTC
    return Regime.STATE


def threshold_percent(coverage_type: CoverageType) -> Decimal:
    """Return how much of the arrears makes a payment enough. Source: 45 CFR 155.400(g)."""
    amount_id = get_policies().threshold.get(coverage_type.value)
    return get_amount(amount_id).value if amount_id else Decimal(100)


def _aptc(unpaid: Unpaid, today: date) -> Grace:
    """Three months; claims of the first are paid, coverage ends with it. Source: 45 CFR 156.270(d)-(g)."""
    first = max(unpaid.covers, unpaid.due_on.replace(day=1))
    last = _dated("ACA-GRACE-APTC", first)
    ends = _dated("ACA-TERM-APTC", first)
    pended_from = months_after(first, 1)
    dates = {
        "last_on": last,
        "coverage_ends_on": ends,
        "pended_from": replace(last, on=pended_from),
    }
    notice_by = None
    if unpaid.state == "CA":
        dates["notice_by"] = _dated("CA-GRACE-APTC-NOTE", first)
        notice_by = dates["notice_by"].on
    return Grace(
        Regime.APTC, unpaid.covers, scope_until=last.on, first_on=first, last_on=last.on,
        coverage_ends_on=ends.on, dates=dates, pended_from=pended_from, notice_by=notice_by,
    )  # fmt: skip


def _state(unpaid: Unpaid, today: date) -> Grace:
    """A state's grace for one premium, where no tax credit is paid."""
    return _one_premium(Regime.STATE, unpaid, today, _STATE_CLOCKS, "other")


def _employer(unpaid: Unpaid, today: date) -> Grace:
    """A group's grace by its contract, or by the state's law where there is one."""
    grace = _one_premium(Regime.EMPLOYER, unpaid, today, _GROUP_CLOCKS, "employer")
    return replace(grace, is_automatic=get_policies().employer_is_automatic)


def _one_premium(
    regime: Regime, unpaid: Unpaid, today: date, clocks: dict[str, str], otherwise: str
) -> Grace:
    policies = get_policies()
    clock_id = clocks.get(unpaid.state)
    first = max(unpaid.covers, unpaid.due_on)
    if clock_id is None:
        choice = policies.grace[otherwise]
        last = _chosen(choice, first + choice.days * _DAY)
    else:
        if clock_id in _FROM_NOTICE:
            first = max(today, unpaid.covers)
        last = _dated(clock_id, first)
    at = policies.ends_in(unpaid.state)
    ends = unpaid.covers - _DAY if at.at == PAID_THROUGH else last.on
    dates = {"last_on": last, "coverage_ends_on": _chosen(at, ends)}
    warn_on = None
    if unpaid.state == "OR":
        dates["warn_on"] = _dated("OR-GRACE-NOTE", last.on)
        warn_on = dates["warn_on"].on
    return Grace(
        regime, unpaid.covers, scope_until=unpaid.covers, first_on=first, last_on=last.on,
        coverage_ends_on=ends, dates=dates, warn_on=warn_on,
    )  # fmt: skip


def _cobra_first(unpaid: Unpaid, today: date) -> Grace:
    """The first payment: nothing may be asked for before. The bill stands in for the day of the election.

    A bill follows the election, so that the member has as many days as the law gives, or more.
    """
    last = _dated("COBRA-FIRST", unpaid.issued_on)
    return Grace(
        Regime.COBRA_FIRST, unpaid.covers, scope_until=max(unpaid.covers, unpaid.issued_on),
        first_on=unpaid.covers, last_on=max(unpaid.covers, last.on), coverage_ends_on=None,
        dates={"last_on": last}, not_before=last.on + get_policies().cobra_mail_days * _DAY,
    )  # fmt: skip


def _cobra(unpaid: Unpaid, today: date) -> Grace:
    """Each later period: from its first day, or from the bill where that came later."""
    last = _dated("COBRA-GRACE", max(unpaid.covers, unpaid.issued_on))
    ends = unpaid.covers - _DAY
    return Grace(
        Regime.COBRA, unpaid.covers, scope_until=unpaid.covers, first_on=unpaid.covers,
        last_on=last.on, coverage_ends_on=ends,
        dates={"last_on": last, "coverage_ends_on": replace(last, on=ends)},
        not_before=last.on + get_policies().cobra_mail_days * _DAY,
    )  # fmt: skip


def _medicare(unpaid: Unpaid, today: date) -> Grace:
    """Two whole months at least, from when payment was asked for. Coverage ends with them."""
    found = due("MA-PREM-GRACE", f"{unpaid.covers}/{unpaid.issued_on}")
    last = Dated(found.on, found.clock.id, found.clock.citation, found.clock.confidence.value)
    return Grace(
        Regime.MEDICARE, unpaid.covers, scope_until=found.on, first_on=found.first or unpaid.covers,
        last_on=found.on, coverage_ends_on=found.on,
        dates={"last_on": last, "coverage_ends_on": last},
    )  # fmt: skip


def _binder(unpaid: Unpaid, today: date) -> Grace:
    """The first payment of new coverage has no grace: without it coverage never began.

    Source: 45 CFR 155.400(e). Billed after it began, the bill stands in for the enrolment's arrival.
    """
    if unpaid.state == "WA":
        last = _dated("KP-BINDER-WA", max(unpaid.covers, unpaid.issued_on))
    elif unpaid.issued_on > unpaid.covers:
        last = _dated("ACA-BINDER-RETRO", unpaid.issued_on)
    else:
        last = _dated("ACA-BINDER-PROSP", unpaid.covers)
    if unpaid.state not in {*get_policies().federal_binder_states, "WA"}:
        last = replace(
            last,
            confidence="uncertain",
            citation=f"{last.citation}; {unpaid.state} may set its own",
        )
    return Grace(
        Regime.BINDER, unpaid.covers, scope_until=unpaid.covers, first_on=unpaid.covers,
        last_on=max(last.on, unpaid.due_on), coverage_ends_on=None, dates={"last_on": last},
    )  # fmt: skip


_OPENERS = {
    Regime.APTC: _aptc,
    Regime.STATE: _state,
    Regime.EMPLOYER: _employer,
    Regime.COBRA_FIRST: _cobra_first,
    Regime.COBRA: _cobra,
    Regime.MEDICARE: _medicare,
    Regime.BINDER: _binder,
}


def _dated(clock_id: str, start: date) -> Dated:
    clock = get_clock(clock_id, on=start)
    return Dated(due_on(clock_id, start), clock.id, clock.citation, clock.confidence.value)


def _chosen(choice: Choice, on: date) -> Dated:
    return Dated(on, f"policy:{choice.name}", choice.citation, choice.confidence)
