"""Who lives through the year, and how they pay: everything drawn from one seed."""

from dataclasses import dataclass
from datetime import date
from random import Random

from openmember.accounts import services as accounts
from openmember.accounts.types import Account
from openmember.billing.premiums.services.rates import set_rates
from openmember.billing.premiums.types import Rate
from openmember.cli.demo.families import Family, families
from openmember.coverage.services.enrolment import cover_family
from openmember.coverage.types import CoverageType, Span
from openmember.members.services import add_member
from openmember.members.types import Actor, Person
from openmember.payments.ach.services.banks import add_bank_account
from openmember.payments.ach.types import BankKind, NewBankAccount
from openmember.payments.autopay.services import agree
from openmember.payments.autopay.types import Instrument, Terms, What
from openmember.payments.types import Method

# How an account's holder pays: on the portal, by post, by itself, late, or not at all.
HABITS = (
    ("card", 34),
    ("check", 16),
    ("autopay_bank", 18),
    ("autopay_card", 12),
    ("late", 14),
    ("never", 6),
)
CHOSEN_PLANS = ("Gold 500", "Silver 1500", "Bronze 3000")


@dataclass(frozen=True, slots=True)
class Household:
    """An account and how its holder behaves. `place` orders households the same way in every run."""

    place: int
    account: Account
    holder_id: int
    state: str
    coverage_type: CoverageType
    habit: str


def settle_in(members: int, *, seed: int, first: date, actor: Actor) -> list[Household]:
    """Enroll everybody from the first day on, with rates, mandates and bank accounts."""
    random = Random(seed)
    _set_rates(first, actor)
    return [
        _open(family, place, random, first, actor)
        for place, family in enumerate(families(members, seed=seed, today=first))
    ]


def _open(family: Family, place: int, random: Random, first: date, actor: Actor) -> Household:
    holder = add_member(person=family.holder, actor=actor)
    account = accounts.open_account(holder_id=holder.id, actor=actor, draw=random.randrange)
    covered = [(holder.id, "18")]
    for person, relationship in family.dependents:
        covered.append((_dependent(account, person, relationship, actor), relationship))
    # The one premium of the family stands on the subscriber's coverage, as exchanges send it.
    for number, (member_id, relationship) in enumerate(covered):
        cover_family(
            account_number=account.number,
            subscriber_number=f"Y{place:06d}-{number}",
            people=((member_id, "18"),),
            span=_span(family, first, is_subscriber=relationship == "18"),
        )
    habit = random.choices([name for name, _ in HABITS], [weight for _, weight in HABITS])[0]
    household = Household(
        place, account, holder.id, family.holder.address.state, family.coverage_type, habit
    )
    _mandate(household, random, first, actor)
    return household


def _dependent(account: Account, person: Person, relationship: str, actor: Actor) -> int:
    member = add_member(person=person, actor=actor)
    known = {"01": "spouse", "19": "child"}.get(relationship, "other")
    accounts.add_person(account_number=account.number, member_id=member.id, relationship=known)
    return member.id


def _span(family: Family, first: date, *, is_subscriber: bool) -> Span:
    premium = family.premium_cents if is_subscriber else 0
    aptc = family.aptc_cents if is_subscriber else 0
    return Span(
        insurance_line="HLT", plan=family.plan, level="", group_number=family.group_number,
        coverage_type=family.coverage_type, starts_on=first, premium_cents=premium, aptc_cents=aptc,
        member_share_cents=premium - aptc,
    )  # fmt: skip


def _set_rates(first: date, actor: Actor) -> None:
    set_rates(
        rates=tuple(
            Rate(
                plan=plan, area="", tier="", age_from=None, age_to=None, starts_on=first,
                ends_on=None, amount_cents=310_00 + 45_00 * order,
            )
            for order, plan in enumerate(CHOSEN_PLANS)
        ),
        actor=actor,
    )  # fmt: skip


def _mandate(household: Household, random: Random, first: date, actor: Actor) -> None:
    if not household.habit.startswith("autopay"):
        return
    instrument = Instrument(
        Method.CARD, "sandbox", f"sandbox-card-{household.place}", "Test card ending 4242"
    )
    if household.habit == "autopay_bank":
        bank = add_bank_account(
            account=household.account,
            given=NewBankAccount(
                "021000021", f"{random.randrange(10**9):09d}", BankKind.CHECKING, "Account holder"
            ),
            on=first,
            actor=actor,
        )  # fmt: skip
        instrument = Instrument(
            Method.ACH, "ach", str(bank.id), f"bank account ending {bank.last_four}"
        )
    agree(
        account=household.account, member_id=household.holder_id, instrument=instrument,
        terms=Terms(What.EVERYTHING), agreement="I agree.", language="en", on=first, actor=actor,
    )  # fmt: skip
