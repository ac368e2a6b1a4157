"""What is offered, when it is due, and when a plan may end. No database."""

import random
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from openmember.billing.plans import rules
from openmember.billing.plans.policy import OURS, BadPolicy, get_policy, read_policy
from openmember.billing.plans.rules import Step
from openmember.billing.plans.types import Due, InstalmentStatus, NoOffer, Part, Standing
from openmember.rulebook.amounts import get_amount
from openmember.rulebook.calendar import is_banking_day, next_banking_day

TODAY = date(2026, 11, 22)
POLICY = get_policy()


def offers(cents: int, day: int = 15):
    return rules.offers(cents, day, TODAY, POLICY, next_banking_day)


def part(then: int, *, paid: int = 0, off: int = 0, held: bool = False) -> Part:
    """A bill that had `then` open, of which `paid` was paid and `off` was taken off since."""
    return Part(
        bill_id=1, bill_month=TODAY, title="Visit", due_on=TODAY, then_open_cents=then,
        then_adjusted_cents=0, then_paid_cents=0, open_cents=then - paid - off,
        adjusted_cents=-off, paid_cents=paid, held=held,
    )  # fmt: skip


def monthly(count: int, cents: int = 100_00, first: date = date(2026, 1, 15)) -> list[Due]:
    return [Due(date(2026, first.month + place, first.day), cents) for place in range(count)]


def standing(schedule, *parts, today=TODAY) -> Standing:
    return rules.standing_of(schedule, parts, today, POLICY.grace_days)


@pytest.mark.parametrize(
    ("cents", "months"),
    [
        (49_99, []),
        (75_00, [3]),
        (500_00, [3, 6]),
        (500_01, [6, 12]),
        (5_000_00, [12, 24]),
        (90_000_00, [12, 24, 36]),
    ],
)
def test_what_is_offered_depends_on_the_sum(cents, months):
    assert [offer.months for offer in offers(cents)] == months


def test_the_last_instalment_takes_what_is_left_over():
    offer = offers(1_000_00)[0]

    assert [due.amount_cents for due in offer.dues] == [166_67] * 5 + [166_65]


@pytest.mark.parametrize("seed", range(40))
def test_instalments_add_up_to_the_cent_on_banking_days(seed):
    chance = random.Random(seed)
    total, least = chance.randint(5000, 2_000_000), POLICY.minimum_monthly_cents
    day, today = chance.randint(1, 31), TODAY + timedelta(days=chance.randint(0, 1500))
    amount = chance.randint(max(least, total // 500), total)

    dues = rules.dues(total, amount, day, today, POLICY, next_banking_day)

    assert sum(due.amount_cents for due in dues) == total
    assert all(0 < due.amount_cents <= amount for due in dues)
    assert len(dues) == -(-total // amount)
    assert all(is_banking_day(due.due_on) for due in dues)
    assert all(one.due_on < two.due_on for one, two in pairwise(dues))
    assert dues[0].due_on >= today + timedelta(days=POLICY.first_due_after_days)


def test_a_month_without_that_day_is_due_on_its_last_and_the_next_on_the_day_again():
    dues = rules.dues(300_00, 100_00, 31, date(2028, 1, 20), POLICY, lambda day: day)

    assert [due.due_on for due in dues] == [date(2028, 2, 29), date(2028, 3, 31), date(2028, 4, 30)]


def test_christmas_moves_a_due_day_and_no_other():
    dues = rules.dues(300_00, 100_00, 25, date(2026, 11, 1), POLICY, next_banking_day)

    assert [due.due_on for due in dues] == [
        date(2026, 11, 25), date(2026, 12, 28), date(2027, 1, 25),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("monthly_cents", "why"), [(24_99, "too_small"), (83_32, "too_long"), (1_000_00, "too_short")]
)
def test_a_named_amount_outside_the_policy_is_refused(monthly_cents, why):
    with pytest.raises(NoOffer, match=why):
        rules.offer_of(1_000_00, monthly_cents, 15, TODAY, POLICY, next_banking_day)


def test_a_named_amount_within_the_policy_is_taken():
    offer = rules.offer_of(1_000_00, 150_00, 15, TODAY, POLICY, next_banking_day)

    assert (offer.months, offer.last.amount_cents) == (7, 100_00)


@pytest.mark.parametrize(
    ("income", "essential", "cap"),
    [(5_000_00, 3_600_00, 140_00), (1_000_00, 1_000_00, 0), (900_00, 1_000_00, 0), (100_09, 0, 10_00)],
)  # fmt: skip
def test_a_family_pays_at_most_the_legal_share_of_what_essentials_leave(income, essential, cap):
    percent = get_amount("CA-HFPA-PLAN")

    assert percent.citation == "HSC 127400(i)"
    assert rules.affordable_cap_cents(income, essential, percent.value) == cap


def test_a_family_with_nothing_left_is_offered_no_plan():
    with pytest.raises(NoOffer, match="nothing_left"):
        rules.affordable_offer(1_000_00, 0, 15, TODAY, POLICY, next_banking_day)


def test_an_affordable_plan_takes_as_long_as_it_takes():
    offer = rules.affordable_offer(9_000_00, 50_00, 15, TODAY, POLICY, next_banking_day)

    assert (offer.months, offer.total_cents) == (180, 9_000_00)


def test_payments_cover_the_first_instalments():
    found = standing(monthly(4), part(400_00, paid=150_00), today=date(2026, 2, 20))

    assert [one.paid_cents for one in found.instalments] == [100_00, 50_00, 0, 0]
    assert [one.status for one in found.instalments] == [
        InstalmentStatus.PAID, InstalmentStatus.PARTLY_PAID, InstalmentStatus.COMING, InstalmentStatus.COMING,
    ]  # fmt: skip
    assert (found.due_now_cents, found.remaining_cents) == (50_00, 250_00)


def test_assistance_takes_off_the_last_instalments():
    found = standing(monthly(4), part(400_00, off=150_00), today=date(2026, 1, 1))

    assert [one.amount_cents for one in found.instalments] == [100_00, 100_00, 50_00]
    assert found.remaining_cents == 250_00


def test_what_is_owed_anew_comes_with_the_last_instalment():
    found = standing(monthly(2), part(200_00, paid=-30_00), today=date(2026, 1, 1))

    assert [one.amount_cents for one in found.instalments] == [100_00, 130_00]
    assert found.remaining_cents == 230_00


@pytest.mark.parametrize("seed", range(60))
def test_what_instalments_have_open_is_what_the_bills_have_open(seed):
    chance = random.Random(seed)
    schedule = monthly(chance.randint(1, 11), chance.randint(1, 50_000))
    total = sum(due.amount_cents for due in schedule)
    off = chance.randint(-20_000, total)
    paid = chance.randint(-20_000, total - off) if off < total else 0

    found = standing(schedule, part(total, paid=paid, off=off), today=date(2026, 6, 1))

    assert sum(one.open_cents for one in found.instalments) == found.remaining_cents
    assert found.due_now_cents <= found.remaining_cents


def step(found: Standing, today: date, **facts):
    known = {
        "is_disputed": False,
        "reminded": frozenset(),
        "noticed": {},
        "tried_on": None,
        **facts,
    }
    return rules.next_step(found, POLICY, today, **known)


def at(today: date, *, paid: int = 0, count: int = 8):
    return standing(monthly(count), part(count * 100_00, paid=paid), today=today)


def test_an_instalment_is_missed_after_the_days_of_grace():
    assert step(at(date(2026, 1, 25)), date(2026, 1, 25)) is None
    assert step(at(date(2026, 1, 26)), date(2026, 1, 26)) == (Step.REMIND, 1)


def test_each_missed_instalment_is_reminded_of_once():
    today = date(2026, 2, 26)

    assert step(at(today), today, reminded=frozenset({1})) == (Step.REMIND, 2)
    assert step(at(today), today, reminded=frozenset({1, 2})) is None


EVERY = frozenset(range(1, 9))
# Due January 15 and unpaid: 90 days later is April 15, so April 16 is the first day a plan may end.
LAPSE = date(2026, 4, 16)


def test_a_plan_ends_only_after_ninety_days_a_notice_and_an_attempt():
    noticed, tried = {1: date(2026, 3, 17)}, date(2026, 4, 1)

    def on(day, **facts):
        return step(at(day), day, reminded=EVERY, **facts)

    assert rules.lapses_on(at(LAPSE), POLICY) == LAPSE
    assert on(date(2026, 3, 16)) is None
    assert on(date(2026, 3, 17)) == (Step.NOTICE, 1)
    assert on(LAPSE, noticed=noticed) == (Step.TRY, 1)
    assert on(LAPSE - timedelta(days=1), noticed=noticed, tried_on=tried) is None
    assert on(LAPSE, noticed=noticed, tried_on=tried) == (Step.LAPSE, 1)


def test_a_late_notice_puts_the_end_off():
    late = {1: LAPSE - timedelta(days=5)}

    assert step(at(LAPSE), LAPSE, reminded=EVERY, noticed=late, tried_on=LAPSE) is None


def test_any_payment_moves_the_end_on():
    assert rules.lapses_on(at(LAPSE, paid=1), POLICY) == date(2026, 2, 15) + timedelta(days=91)
    assert rules.lapses_on(at(LAPSE, paid=400_00), POLICY) is None


def test_an_attempt_before_anything_was_missed_counts_for_nothing():
    known = {"reminded": EVERY, "noticed": {1: date(2026, 3, 1)}}

    assert step(at(LAPSE), LAPSE, **known, tried_on=date(2026, 1, 15)) == (Step.TRY, 1)


def test_nothing_is_missed_while_a_bill_is_in_dispute():
    assert step(at(LAPSE), LAPSE, is_disputed=True) is None


def test_a_plan_with_nothing_left_is_complete():
    assert step(at(TODAY, paid=800_00), TODAY) == (Step.COMPLETE, None)


@pytest.mark.parametrize(
    ("found", "replaced", "said"),
    [
        ('minimum_monthly = "25.00"', "", "'minimum_monthly' is missing"),
        ('"25.00"', '"twenty"', "policy.toml"),
        ("grace_days = 10", "grace_days = -1", "grace_days"),
        ("months = [12, 24, 36]", 'up_to = "9.00"\nmonths = [12]', "the bands go up"),
        ("months = [3, 6]", "months = [1]", "2 to 120 months"),
        ('lines = ["medical"]', 'lines = ["dental"]', "dental"),
        ("[lapse]", "[lapse", "policy.toml"),
    ],
)
def test_a_wrong_policy_is_refused_by_name(tmp_path, found, replaced, said):
    path = tmp_path / "policy.toml"
    path.write_text(OURS.read_text(encoding="utf-8").replace(found, replaced, 1), encoding="utf-8")

    with pytest.raises(BadPolicy, match=said):
        read_policy(path)


def test_the_cap_is_rounded_down():
    assert rules.affordable_cap_cents(1_99, 0, Decimal(10)) == 19
