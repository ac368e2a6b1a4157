"""Who qualifies, at every boundary. Figures are the rulebook's; the bands are of a policy made for the test."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from openmember.assistance import rules
from openmember.assistance.policy import BadPolicy, read_policy
from openmember.assistance.review import NoGuideline, guideline_on
from openmember.assistance.rules import NOTHING, Percent, propose
from openmember.assistance.terms import Discount, StateFloor
from openmember.assistance.testing import some_facts
from openmember.assistance.types import (
    Facts,
    Income,
    Missing,
    Period,
    Program,
    Proof,
    Reason,
    Source,
    Status,
)
from openmember.rulebook.amounts import get_amount
from openmember.rulebook.clocks import due_on, get_clock
from openmember.rulebook.types import Unit

FILE = Path(rules.__file__).parent / "data" / "policy.toml"
POLICY = read_policy(FILE)
YEAR_2026 = date(2026, 6, 1)


def proposal(yearly_cents, *, household=3, state="OR", on=YEAR_2026, policy=POLICY, **facts):
    guideline, _ = guideline_on(household, state, on, policy)
    return propose(
        some_facts(yearly_cents=yearly_cents, household=household, state=state, **facts),
        guideline=guideline,
        policy=policy,
        proofs=frozenset({Proof.INCOME}),
        limit_of=lambda amount_id: int(get_amount(amount_id).value),
    )


@pytest.mark.parametrize(
    ("household", "state", "on", "dollars"),
    [
        (1, "OR", YEAR_2026, 15_960),
        (3, "CA", YEAR_2026, 27_320),
        (3, "DC", YEAR_2026, 27_320),
        (8, "VA", YEAR_2026, 55_720),
        (9, "VA", YEAR_2026, 55_720 + 5_680),
        (12, "VA", YEAR_2026, 55_720 + 4 * 5_680),
        (3, "HI", YEAR_2026, 31_420),
        (10, "HI", YEAR_2026, 64_070 + 2 * 6_530),
        (3, "OR", date(2026, 1, 12), 26_650),
        (3, "OR", date(2026, 1, 13), 27_320),
        (3, "OR", date(2025, 12, 31), 26_650),
    ],
)
def test_the_guideline_is_of_the_state_the_household_and_the_year_in_force(
    household, state, on, dollars
):
    guideline, is_older = guideline_on(household, state, on, POLICY)

    assert guideline.dollars == dollars
    assert guideline.citation
    assert not is_older


def test_until_the_new_guidelines_are_in_the_rulebook_the_last_ones_stand():
    guideline, is_older = guideline_on(3, "OR", date(2027, 3, 1), POLICY)

    assert (guideline.year, is_older) == (2026, True)


def test_where_there_is_no_guideline_nothing_is_made_up():
    with pytest.raises(NoGuideline, match="AK"):
        guideline_on(3, "AK", YEAR_2026, POLICY)


@pytest.mark.parametrize(
    ("yearly_cents", "off"),
    [
        (0, 100),
        (2 * 27_320_00, 100),
        (2 * 27_320_00 + 1, 75),
        (3 * 27_320_00, 75),
        (3 * 27_320_00 + 1, 50),
        # Family of three in 2026: 400 % is $109,280, and not a cent more.
        (109_280_00, 40),
        (109_280_00 + 1, 0),
    ],
)
def test_a_band_ends_on_its_limit_to_the_cent(yearly_cents, off):
    found = proposal(yearly_cents)

    # 40 and not 25 in the last band: nobody who qualifies pays more than is generally billed (60 %).
    assert found.discount.medical_bps == off * 100
    assert (found.outcome is Status.DENIED) == (off == 0)


def test_hawaii_has_limits_of_its_own():
    assert proposal(2 * 31_420_00, state="HI").discount.medical_bps == 10_000
    assert proposal(2 * 31_420_00, state="OR").discount.medical_bps == 7_500


@pytest.mark.parametrize(
    ("period", "cents", "yearly"),
    [
        (Period.WEEKLY, 333_33, 17_333_16),
        (Period.EVERY_TWO_WEEKS, 1_000_01, 26_000_26),
        (Period.TWICE_A_MONTH, 1_000_01, 24_000_24),
        (Period.MONTHLY, 1, 12),
        (Period.QUARTERLY, 99, 3_96),
        (Period.YEARLY, 7, 7),
    ],
)
def test_an_income_becomes_a_years_without_rounding(period, cents, yearly):
    facts = Facts(incomes=(Income(Source.WAGES, cents, period), Income(Source.OTHER, 1, period)))

    assert facts.incomes[0].yearly_cents == yearly
    assert facts.yearly_cents == yearly + period.value


def test_a_percentage_just_above_a_limit_never_reads_as_the_limit():
    assert Percent(109_280_00, 27_320).hundredths == 400_00
    assert Percent(109_280_00 + 1, 27_320).hundredths == 400_01


CALIFORNIA = replace(
    POLICY,
    bands=POLICY.bands[:1],
    billed_cap_bps=10_000,
    floors=(StateFloor("CA", "CA-HFPA-FPL", Discount(3000, 0)),),
)


@pytest.mark.parametrize(
    ("state", "yearly_cents", "off"),
    [("CA", 109_280_00, 3000), ("CA", 109_280_00 + 1, 0), ("OR", 109_280_00, 0)],
)
def test_california_asks_for_help_up_to_400_percent_where_the_policy_ends_before(
    state, yearly_cents, off
):
    found = proposal(yearly_cents, state=state, policy=CALIFORNIA)

    assert found.discount.medical_bps == off
    assert (Reason.STATE_LAW in found.reasons) == (off > 0)


def test_a_states_floor_takes_nothing_from_who_gets_more():
    found = proposal(27_320_00, state="CA", policy=CALIFORNIA)

    assert found.discount.medical_bps == 10_000
    assert Reason.STATE_LAW not in found.reasons


def test_a_program_without_its_proof_does_not_count():
    facts = {"programs": (Program.SNAP,)}

    assert proposal(500_000_00, **facts).outcome is Status.DENIED
    assert proposal(500_000_00, programs=(Program.HOMELESS,)).outcome is Status.APPROVED


NOTHING_SAID = Facts()
COMPLETE = some_facts()


@pytest.mark.parametrize(
    ("facts", "signed", "proofs", "missing"),
    [
        (NOTHING_SAID, False, (), {"household", "state", "income", "signature"}),
        (COMPLETE, True, (Proof.INCOME,), set()),
        (COMPLETE, True, (), {"proof_of_income"}),
        (COMPLETE, True, (Proof.PROGRAM,), {"proof_of_income"}),
        (replace(COMPLETE, has_income=False, incomes=()), True, (), set()),
        (replace(COMPLETE, has_income=None, incomes=()), True, (), {"income"}),
        (replace(COMPLETE, programs=(Program.SNAP,), has_income=None), True, (), {"proof_of_program"}),
        (replace(COMPLETE, programs=(Program.SNAP,), has_income=None), True, (Proof.PROGRAM,), set()),
        (replace(COMPLETE, programs=(Program.HOMELESS,), has_income=None), True, (), set()),
        # What the policy does not count leaves the income to be shown.
        (replace(COMPLETE, programs=(Program.ENERGY,)), True, (), {"proof_of_income"}),
    ],
)  # fmt: skip
def test_only_what_decides_is_missing(facts, signed, proofs, missing):
    found = rules.find_missing(facts, is_signed=signed, proofs=frozenset(proofs), policy=POLICY)

    assert set(found) == {Missing(one) for one in missing}


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2026, 11, 22), 12, date(2027, 11, 21)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
        (date(2026, 1, 1), 12, date(2026, 12, 31)),
    ],
)
def test_an_award_lasts_whole_months(start, months, last):
    assert rules.last_of_months(start, months) == last


def test_the_application_period_is_the_rulebooks():
    clock = get_clock("R501-APPLY")
    received_on = date(2026, 9, 12)

    assert clock.unit is Unit.CALENDAR_DAY
    assert due_on("R501-APPLY", received_on - timedelta(days=clock.length)) == received_on
    assert received_on - timedelta(days=clock.length) == date(2026, 1, 15)


def test_nothing_follows_a_finished_application_but_an_appeal():
    for status in (Status.APPROVED, Status.WITHDRAWN):
        assert rules.MOVES[status] == frozenset()
    assert rules.MOVES[Status.DENIED] == {Status.APPEALED}
    assert set(rules.MOVES) == set(Status)


@pytest.mark.parametrize(
    ("text", "replaced", "said"),
    [
        ("up_to_percent = 300", "up_to_percent = 100", "go up"),
        ("medical = 50", "medical = 80", "higher income"),
        ("percent = 60", "percent = 160", "percentage"),
        ("percent = 60", "percent = true", "percentage"),
        ("months = 12", "months = 0", "months"),
        ('program = "snap"', 'program = "lottery"', "lottery"),
        ("decide_within_days = 30", "", "decide_within_days"),
        ("[award]", "[award", "policy.toml"),
    ],
)
def test_a_policy_that_cannot_be_right_is_refused(tmp_path, text, replaced, said):
    path = tmp_path / "policy.toml"
    path.write_text(FILE.read_text(encoding="utf-8").replace(text, replaced, 1), encoding="utf-8")

    with pytest.raises(BadPolicy, match=said):
        read_policy(path)


def test_the_policy_that_comes_with_the_code_says_that_nobody_confirmed_it():
    assert POLICY.confirmed is False
    assert Discount(0, 0) == NOTHING
