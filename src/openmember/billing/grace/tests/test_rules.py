"""Grace by coverage and state: the worked examples of the rule tables, each with its source."""

import csv
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openmember.billing.grace import policies, rules
from openmember.billing.grace.types import Case, Regime, Status, Step, Unpaid
from openmember.coverage.types import CoverageType
from openmember.rulebook.types import BadRulebook

EXAMPLES = Path(__file__).parent / "data" / "worked_examples.csv"
EXCHANGE, DIRECT, COBRA = CoverageType.EXCHANGE, CoverageType.DIRECT, CoverageType.COBRA
EMPLOYER, MEDICARE = CoverageType.EMPLOYER, CoverageType.MEDICARE


def d(text: str) -> date:
    return date.fromisoformat(text)


def unpaid(
    kind=EXCHANGE, state="GA", covers="2026-01-01", due=None, issued=None, *, aptc=False, **more
):
    month = d(covers)
    return Unpaid(
        kind, state, aptc, month, d(issued) if issued else month - timedelta(days=20),
        d(due) if due else month, **more,
    )  # fmt: skip


def opened(unpaid_premium, today=None):
    return rules.open_grace(
        unpaid_premium, d(today) if today else unpaid_premium.due_on + timedelta(days=1)
    )


def case(grace, *, owed=0, unpaid_cents=None, today="2026-01-02", **more) -> Case:
    """The case a grace opens, with so much in arrears."""
    names = (
        "regime", "unpaid_month", "scope_until", "first_on", "last_on", "coverage_ends_on", "dates",
        "not_before", "threshold_percent", "pended_from", "notice_by", "warn_on", "is_automatic",
    )  # fmt: skip
    return Case(
        id=1, account_number="A", coverage_type=EXCHANGE, state="", status=Status.OPEN,
        opened_on=d(today), noticed_on=d(today), closed_on=None, next_on=d(today),
        **{name: getattr(grace, name) for name in names},
        **{"pended_on": None, "warned_on": None, "shortfall_on": None, "held_until": None, **more},
        owed_cents=owed, open_cents=owed if unpaid_cents is None else unpaid_cents, overdue_cents=owed,
    )  # fmt: skip


def worked_examples():
    with EXAMPLES.open(newline="", encoding="utf-8") as source:
        return list(csv.DictReader(source))


@pytest.mark.parametrize("row", worked_examples(), ids=lambda row: f"{row['rule']}, {row['why']}")
def test_worked_examples(row):
    premium = unpaid(
        CoverageType(row["coverage"]), row["state"], row["covers"], row["due"], row["issued"],
        aptc=row["aptc"] == "yes", is_first=row["is_first"] == "yes",
    )  # fmt: skip

    grace = opened(premium, row["today"])

    assert grace.regime is Regime(row["regime"])
    assert (grace.first_on, grace.last_on) == (d(row["first_on"]), d(row["last_on"]))
    assert grace.coverage_ends_on == (d(row["ends_on"]) if row["ends_on"] else None)
    assert grace.dates["last_on"].rule == row["rule"]
    assert grace.dates["last_on"].citation


def test_nothing_opens_before_it_is_due_and_its_month_has_begun():
    ahead = unpaid(aptc=True, due="2025-12-26")

    assert rules.open_grace(ahead, d("2025-12-26")) is None
    assert rules.open_grace(ahead, d("2025-12-31")) is None
    assert rules.open_grace(ahead, d("2026-01-01")) is not None


def test_california_tells_of_federal_grace_by_the_fifth_business_day():
    """28 CCR 1300.65.3(a)(2)(E)."""
    january = opened(unpaid(EXCHANGE, "CA", "2027-01-01", aptc=True))
    november = opened(unpaid(EXCHANGE, "CA", "2026-11-01", aptc=True))

    assert january.notice_by == d("2027-01-08")
    assert november.notice_by == d("2026-11-06")


def test_california_wants_a_whole_month_paid_before_federal_grace():
    """28 CCR 1300.65.3; other states do not ask."""
    for state, regime in (("CA", Regime.STATE), ("GA", Regime.APTC)):
        assert rules.regime_of(unpaid(EXCHANGE, state, aptc=True, had_full_month=False)) is regime


def test_oregon_warns_ten_days_before_grace_ends():
    """ORS 743B.323(2)."""
    grace = opened(unpaid(DIRECT, "OR", "2026-03-01"))

    assert (grace.warn_on, grace.dates["warn_on"].rule) == (d("2026-03-22"), "OR-GRACE-NOTE")


@pytest.mark.parametrize("state", ["CO", "GA", "HI", "DC", "OR"])
def test_what_could_not_be_verified_says_so(state):
    assert opened(unpaid(DIRECT, state)).dates["last_on"].confidence == "uncertain"


def test_a_case_that_came_to_light_late_still_leaves_time_after_the_notice():
    grace = opened(unpaid(aptc=True), "2026-04-20")

    assert (grace.last_on, grace.not_before) == (d("2026-03-31"), d("2026-04-30"))
    assert (
        rules.next_move(case(grace, owed=100_00, pended_on=d("2026-04-20")), d("2026-04-30"))
        is None
    )


@pytest.mark.parametrize(
    ("owed", "paid", "enough"),
    [
        # 45 CFR 155.400(g): 95 percent, net of the tax credit.
        (200_00, 190_00, True), (200_00, 189_99, False), (400_00, 380_00, True), (400_00, 379_99, False),
        (0, 0, True), (1, 0, False),
    ],
)  # fmt: skip
def test_the_payment_threshold(owed, paid, enough):
    assert rules.is_enough(owed_cents=owed, open_cents=owed - paid, percent=Decimal(95)) is enough


def test_only_exchange_premiums_have_a_threshold():
    assert rules.threshold_percent(EXCHANGE) == 95
    assert rules.threshold_percent(COBRA) == 100


@pytest.mark.parametrize(
    ("due", "paid", "insignificant"),
    [
        # 26 CFR 54.4980B-8 Q5(d): the lesser of $50 and 10 percent.
        (640_00, 590_00, True), (640_00, 589_99, False), (490_00, 441_00, True), (490_00, 440_99, False),
    ],
)  # fmt: skip
def test_an_insignificant_shortfall(due, paid, insignificant):
    assert rules.is_insignificant(due_cents=due, short_cents=due - paid) is insignificant


def test_the_life_of_federal_grace():
    grace = opened(unpaid(aptc=True))
    one = case(grace, owed=120_00)

    assert rules.next_move(one, d("2026-01-31")) is None
    assert rules.next_move(one, d("2026-02-01")).step is Step.PENDED
    pended = replace(one, pended_on=d("2026-02-01"))
    assert rules.next_move(pended, d("2026-03-20")) is None
    assert rules.next_move(pended, d("2026-03-21")).step is Step.WARNED
    warned = replace(pended, warned_on=d("2026-03-21"))
    assert rules.next_move(warned, d("2026-03-31")) is None
    ended = rules.next_move(warned, d("2026-04-01"))
    assert (ended.step, ended.rule, ended.due_on) == (
        Step.TERMINATED,
        "ACA-TERM-APTC",
        d("2026-01-31"),
    )
    assert rules.next_move(replace(warned, open_cents=6_00), d("2026-03-31")).step is Step.CURED


def test_a_hold_keeps_coverage_from_ending():
    """45 CFR 155.430(c)(3)."""
    grace = opened(unpaid(DIRECT, "MD"))
    held = case(grace, owed=1, held_until=d("2026-05-01"), warned_on=d("2026-01-20"))

    assert rules.next_move(held, d("2026-05-01")) is None
    assert rules.next_move(held, d("2026-05-02")).step is Step.TERMINATED


def test_a_short_cobra_payment_gets_thirty_days_once():
    grace = opened(unpaid(COBRA, "GA", "2026-05-01"))
    short = case(grace, owed=640_00, unpaid_cents=50_00, warned_on=d("2026-05-21"))

    told = rules.next_move(short, d("2026-06-06"))

    assert (told.step, told.last_on) == (Step.SHORTFALL, d("2026-07-06"))
    again = replace(short, shortfall_on=d("2026-06-06"), last_on=d("2026-07-06"))
    assert rules.next_move(again, d("2026-07-06")) is None
    assert rules.next_move(again, d("2026-07-07")).step is Step.TERMINATED
    assert (
        rules.next_move(replace(short, open_cents=50_01), d("2026-06-06")).step is Step.TERMINATED
    )


def test_an_employer_is_ended_by_a_person_only():
    grace = opened(unpaid(EMPLOYER, "CO"))
    late = case(grace, owed=1, warned_on=d("2026-01-22"))

    assert rules.next_move(late, d("2027-01-01")) is None
    assert rules.next_look(late, d("2026-03-01")) == date.max


def test_paying_one_month_of_a_retroactive_first_bill_covers_from_then_on():
    """45 CFR 155.400(e)(1)(iii)."""
    grace = opened(
        unpaid(EXCHANGE, "HI", "2026-05-01", issued="2026-05-20", due="2026-05-31", is_first=True)
    )
    one = replace(
        case(grace, owed=300_00, unpaid_cents=200_00, warned_on=d("2026-06-09")),
        own_month_cents=100_00,
    )

    assert rules.next_move(one, d("2026-06-20")).step is Step.PROSPECTIVE
    assert rules.next_move(replace(one, open_cents=206_00), d("2026-06-20")).step is Step.TERMINATED


@given(
    st.sampled_from(list(CoverageType)), st.sampled_from(["CA", "MD", "WA", "OR", "GA", "TX"]),
    st.dates(d("2025-01-01"), d("2028-12-31")), st.integers(0, 40), st.integers(-25, 40),
    st.booleans(), st.booleans(), st.integers(1, 400),
)  # fmt: skip
def test_whatever_opens_a_case_its_days_are_in_order_and_it_comes_to_an_end(
    kind, state, day, early, later, aptc, first, late
):
    covers = day.replace(day=1)
    due = covers + timedelta(days=later)
    premium = Unpaid(kind, state, aptc, covers, due - timedelta(days=early), due, is_first=first)
    today = max(due + timedelta(days=1), covers) + timedelta(days=late)

    grace = rules.open_grace(premium, today)

    assert grace.first_on <= grace.last_on <= grace.not_before
    assert grace.not_before >= today + timedelta(days=10)
    assert grace.coverage_ends_on is None or grace.coverage_ends_on >= covers - timedelta(days=1)
    one = case(grace, owed=100_00, today=today.isoformat())
    for _ in range(4):
        move = rules.next_move(one, grace.not_before + timedelta(days=1))
        if move is None or move.status is not Status.OPEN:
            break
        one = replace(one, pended_on=today)
    assert move is None if not grace.is_automatic else move.step is Step.TERMINATED


def test_policies_out_of_form_are_named(tmp_path):
    good = policies.FILE.read_text(encoding="utf-8")
    path = tmp_path / "policies.toml"
    for text, why in [
        (good.replace("warn_days = 10", ""), "warn_days"),
        (good.replace('at = "paid-through"', 'at = "soon"'), "at: 'soon'"),
        (good.replace('"secondary"', '"sure"'), "confidence"),
        (good.replace("days = 31", "days = -1"), "days: -1"),
    ]:
        path.write_text(text, encoding="utf-8")
        with pytest.raises(BadRulebook, match=why):
            policies.read_policies(path)
