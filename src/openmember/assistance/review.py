"""What the rules make of an application now: the guideline, the proposal, and what it would do to the bills."""

from dataclasses import dataclass
from datetime import date, timedelta

from openmember.accounts.queries import get_account
from openmember.assistance import queries, rules
from openmember.assistance.policy import get_policy
from openmember.assistance.rules import Percent, Proposal
from openmember.assistance.terms import Discount, Policy
from openmember.assistance.types import Application, Effect, Guideline, Missing, Reason, Status
from openmember.rulebook.amounts import get_amount, poverty_guideline
from openmember.rulebook.clocks import get_clock
from openmember.rulebook.types import Amount, Clock, NotInForce, UnknownRule

YEARS_BACK = 3


class NoGuideline(Exception):
    """The rulebook has no poverty guideline for this household; the message says of which year and state."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an award would be: how much, for which bills, and until when it covers new ones."""

    discount: Discount
    received_on: date
    covers_from: date | None
    covers_until: date


@dataclass(frozen=True, slots=True)
class Review:
    """Everything a person needs to decide. Without household or state there is no guideline yet."""

    policy: Policy
    clock: Clock
    missing: tuple[Missing, ...]
    guideline: Guideline | None = None
    percent: Percent | None = None
    proposal: Proposal | None = None
    terms: Terms | None = None
    effects: tuple[Effect, ...] = ()
    is_older_guideline: bool = False

    @property
    def off_cents(self) -> int:
        return sum(effect.off_open_cents + effect.off_paid_cents for effect in self.effects)


def review(*, application: Application, today: date) -> Review:
    """Return what the rules make of an application. Errors: NoGuideline."""
    policy = get_policy()
    facts = application.facts
    missing = missing_of(application, policy)
    clock = get_clock("R501-APPLY")
    if not facts.household or not facts.state:
        return Review(policy, clock, missing)
    received_on = application.received_on or today
    guideline, is_older = guideline_on(facts.household, facts.state, received_on, policy)
    percent = Percent(facts.yearly_cents, guideline.dollars)
    if facts.has_income is None and not facts.programs:
        return Review(policy, clock, missing, guideline, is_older_guideline=is_older)
    proposal = rules.propose(
        facts,
        guideline=guideline,
        policy=policy,
        proofs=frozenset(document.proof for document in application.documents),
        limit_of=lambda amount_id: int(get_amount(amount_id).value),
    )
    terms = terms_of(application, proposal.discount, today, policy)
    proposal = _with_old_bills(application, proposal, terms)
    return Review(
        policy, clock, missing, guideline, percent, proposal, terms,
        effects_of(application, terms), is_older,
    )  # fmt: skip


def missing_of(application: Application, policy: Policy) -> tuple[Missing, ...]:
    """Return what is still needed, what a person asked for among it."""
    found = rules.find_missing(
        application.facts,
        is_signed=application.signature is not None,
        proofs=frozenset(document.proof for document in application.documents),
        policy=policy,
    )
    asked = (Missing.READABLE_COPY,) if Missing.READABLE_COPY in application.missing else ()
    return (*found, *asked)


def guideline_on(household: int, state: str, on: date, policy: Policy) -> tuple[Guideline, bool]:
    """Return the guideline in force on a day, and whether it is an older one than that day's year has.

    A new year's guidelines may not be in the rulebook yet: until they are, the last ones known stand.
    Errors: NoGuideline.
    """
    wanted = rules.guideline_year(on, policy)
    for year in range(wanted, wanted - YEARS_BACK, -1):
        try:
            amount = poverty_guideline(household, state, year)
        except (UnknownRule, NotInForce):
            continue
        return _guideline(amount, household, state, year), year != wanted
    raise NoGuideline(f"there is no poverty guideline for {household} people in {state}, {wanted}")


def terms_of(application: Application, discount: Discount, today: date, policy: Policy) -> Terms:
    """Return the terms of an award with this discount."""
    received_on = application.received_on or today
    clock = get_clock("R501-APPLY")
    first = received_on - timedelta(days=clock.length)
    if rules.takes_old_bills(application.facts.state, policy):
        return Terms(discount, received_on, None, _until(received_on, policy))
    return Terms(discount, received_on, first, _until(received_on, policy))


def effects_of(application: Application, terms: Terms) -> tuple[Effect, ...]:
    """Return what these terms would do to the account's bills now."""
    account = get_account(number=application.account_number)
    return queries.preview(
        number=account.number,
        medical_bps=terms.discount.medical_bps,
        pharmacy_bps=terms.discount.pharmacy_bps,
        received_on=terms.received_on,
        covers_from=terms.covers_from,
        covers_until=terms.covers_until,
        bill_ids=application.facts.bill_ids,
    )


def least_given_back_cents() -> int:
    """Return the least excess that is given back: less than this may be kept (26 CFR 1.501(r)-6(c)(6))."""
    return get_amount("R501-REFUND").cents


def _with_old_bills(application: Application, proposal: Proposal, terms: Terms) -> Proposal:
    if proposal.outcome is Status.DENIED or terms.covers_from is None:
        return proposal
    account = get_account(number=application.account_number)
    too_old = queries.count_too_old(
        number=account.number, before=terms.covers_from, bill_ids=application.facts.bill_ids
    )
    if not too_old:
        return proposal
    reasons = (*proposal.reasons, Reason.PAST_PERIOD)
    return Proposal(
        Status.PARTLY, reasons, proposal.discount, proposal.percent, proposal.band_up_to,
        proposal.program, proposal.automatic,
    )  # fmt: skip


def _until(received_on: date, policy: Policy) -> date:
    return rules.last_of_months(received_on, policy.award_months)


def _guideline(amount: Amount, household: int, state: str, year: int) -> Guideline:
    return Guideline(
        dollars=int(amount.value),
        year=year,
        household=household,
        state=state,
        citation=amount.citation,
        confidence=amount.confidence.value,
    )
