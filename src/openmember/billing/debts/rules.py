"""What may be done about a bill nobody pays. Source: 26 CFR 1.501(r)-6, HSC 127400 ff., state law.

The law speaks of hospitals. Here it holds for every medical bill, and placing a bill for collection waits as
long as what the law calls extraordinary: that a bill was placed too early cannot be undone for a member.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from openmember.billing.debts.types import Action, Bar, BillFacts, StateLaw, Verdict
from openmember.billing.types import Line
from openmember.rulebook.clocks import due_on, get_clock

EXTRAORDINARY = frozenset({Action.SELL, Action.REPORT, Action.SUE, Action.LIEN})
OURS = "OpenMember's design"


@dataclass(frozen=True, slots=True)
class StateLaws:
    """What the states add to the rulebook, by state."""

    report: Mapping[str, StateLaw]
    suit: Mapping[str, StateLaw]
    lien: Mapping[str, StateLaw]


def may_collect(
    bill: BillFacts, state: str, today: date, laws: StateLaws, action: Action = Action.PLACE
) -> Verdict:
    """Return whether an action on a bill is allowed today, with every rule that bars it and its citation."""
    bars = [
        *_never(bill, state, action, laws),
        *_for_now(bill),
        *_too_early(bill, state, today),
        *_without_notice(bill, today, action),
        *_state_bars(bill, state, today, action, laws),
    ]
    # A bar without an end outlasts the others.
    bars.sort(key=lambda bar: bar.until or date.max, reverse=True)
    return Verdict(action, tuple(bars))


def _never(bill: BillFacts, state: str, action: Action, laws: StateLaws) -> Sequence[Bar]:
    found = []
    if action is Action.REPORT:
        law = laws.report.get(state)
        found.append(
            Bar("never_reported", law.citation, law.confidence)
            if law
            else Bar("never_reported", OURS, "verified")
        )
    if bill.line is Line.PREMIUM:
        found.append(Bar("premium", OURS, "verified"))
    if not bill.open_cents:
        found.append(Bar("nothing_open", OURS, "verified"))
    return found


def _for_now(bill: BillFacts) -> Sequence[Bar]:
    found = []
    if bill.held:
        found.append(Bar("on_hold", OURS, "verified"))
    if bill.on_plan:
        found.append(Bar("on_plan", "HSC 127400 ff.", "memory"))
    for cause in bill.stops:
        if cause in {"application", "appeal"}:
            clock = get_clock("R501-APPLY")
            found.append(Bar(f"{cause}_open", "26 CFR 1.501(r)-6(c)", clock.confidence))
        else:
            found.append(Bar("stopped", OURS, "verified"))
    return found


def _too_early(bill: BillFacts, state: str, today: date) -> Sequence[Bar]:
    if bill.line is not Line.MEDICAL:
        return [] if bill.due_on < today else [Bar("not_due", OURS, "verified", bill.due_on)]
    ids = ["R501-NOTIFY", *(["CA-HFPA-COLLECT"] if state == "CA" else [])]
    found = []
    for clock_id in ids:
        last = due_on(clock_id, bill.first_billed_on)
        if today <= last:
            clock = get_clock(clock_id)
            found.append(Bar(clock_id, clock.citation, clock.confidence, last))
    return found


def _without_notice(bill: BillFacts, today: date, action: Action) -> Sequence[Bar]:
    if action not in EXTRAORDINARY or bill.line is not Line.MEDICAL:
        return []
    clock = get_clock("R501-ECA-NOTE")
    until = due_on(clock.id, bill.eca_noticed_on) if bill.eca_noticed_on else None
    if until is not None and today > until:
        return []
    return [Bar(clock.id, clock.citation, clock.confidence, until)]


def _state_bars(
    bill: BillFacts, state: str, today: date, action: Action, laws: StateLaws
) -> Sequence[Bar]:
    found = []
    suit, lien = laws.suit.get(state), laws.lien.get(state)
    if action is Action.SUE and suit:
        until = bill.first_billed_on + timedelta(days=suit.apply_days)
        if today <= until:
            found.append(Bar("suit_too_early", suit.citation, suit.confidence, until))
        if bill.open_cents <= suit.at_most_cents:
            found.append(Bar("suit_too_small", suit.citation, suit.confidence))
    if action is Action.LIEN and lien:
        found.append(Bar("no_lien", lien.citation, lien.confidence))
    return found
