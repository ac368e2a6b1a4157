from datetime import date
from decimal import Decimal

import pytest

from openmember.rulebook.amounts import get_amount, list_amounts, poverty_guideline
from openmember.rulebook.types import Confidence, NotInForce, UnknownRule


@pytest.mark.parametrize(
    ("household", "state", "year", "dollars"),
    [
        (1, "CA", 2026, 15_960), (3, "DC", 2026, 27_320), (8, "GA", 2025, 54_150),
        (1, "HI", 2025, 17_990), (4, "HI", 2026, 37_950),
        (10, "WA", 2026, 67_080), (9, "HI", 2025, 68_630),
    ],
)  # fmt: skip
def test_poverty_guidelines(household, state, year, dollars):
    assert poverty_guideline(household, state, year).value == dollars


def test_a_guideline_beyond_the_table_is_no_surer_than_its_parts():
    assert poverty_guideline(9, "HI", 2025).confidence is Confidence.MEMORY


@pytest.mark.parametrize(
    ("household", "state", "year"), [(0, "CA", 2026), (1, "AK", 2026), (1, "CA", 1999)]
)
def test_guidelines_nobody_knows_are_refused(household, state, year):
    with pytest.raises(UnknownRule):
        poverty_guideline(household, state, year)


def test_the_california_discount_limit_of_a_family_of_three():
    """HSC 127405: 4 x $27,320 = $109,280."""
    percent = get_amount("CA-HFPA-FPL").value

    assert poverty_guideline(3, "CA", 2026).value * percent / 100 == 109_280


def test_figures_change_with_the_year():
    assert get_amount("AIC-ALJ-2025", on=date(2025, 6, 1)).value == 190
    assert get_amount("AIC-ALJ-2026").value == 200
    with pytest.raises(NotInForce):
        get_amount("AIC-ALJ-2025", on=date(2026, 1, 1))


def test_suspended_thresholds_are_not_in_force_in_2026():
    """45 CFR 155.400(g); only the net percentage is left, see the note of the rows."""
    assert get_amount("ACA-THRESH-NET", on=date(2026, 6, 1)).value == 95
    assert get_amount("ACA-THRESH-USD", on=date(2025, 8, 24)).cents == 10_00
    for suspended in ("ACA-THRESH-USD", "ACA-THRESH-GROSS"):
        with pytest.raises(NotInForce):
            get_amount(suspended, on=date(2026, 6, 1))


def test_percentages_are_not_money():
    assert get_amount("ACH-UNAUTH-RATE").value == Decimal("0.5")
    with pytest.raises(ValueError, match="percent_at_most"):
        _ = get_amount("ACH-UNAUTH-RATE").cents


def test_every_figure_is_cited():
    assert all(amount.citation and amount.what for amount in list_amounts())
