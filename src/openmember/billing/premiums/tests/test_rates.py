"""Files of rates: taken whole, or refused with every line at fault."""

from datetime import date

import pytest

from openmember.billing.premiums.rates import BadRates, read_rates
from openmember.billing.premiums.services.rates import import_rates
from openmember.billing.premiums.types import Rate
from openmember.kernel.sql import fetch_all
from openmember.members.testing import TESTER

HEADER = "plan,area,tier,age_from,age_to,starts_on,ends_on,amount\n"


def read(*rows):
    return read_rates((HEADER + "\n".join(rows)).splitlines())


def in_force():
    rows = fetch_all(
        "SELECT lower(period) AS since, upper(period) AS until, amount_cents FROM billing_rate"
        " WHERE replaced_at IS NULL ORDER BY period"
    )
    return [tuple(row) for row in rows]


@pytest.fixture
def take(tmp_path):
    def write(*rows):
        path = tmp_path / "rates.csv"
        path.write_text(HEADER + "\n".join(rows), encoding="utf-8")
        return import_rates(path=path, actor=TESTER)

    return write


def test_a_line_is_a_rate():
    assert read("Gold,4,FAM,,,2026-01-01,2026-12-31,1234.50") == (
        Rate("Gold", "4", "FAM", None, None, date(2026, 1, 1), date(2026, 12, 31), 1_234_50),
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",4,FAM,,,2026-01-01,,10", "line 2: plan is empty"),
        ("Gold,4,FAM,21,,2026-01-01,,10", "of a tier or of ages"),
        ("Gold,4,,64,21,2026-01-01,,10", "age_from is after age_to"),
        ("Gold,4,,x,,2026-01-01,,10", "age_from is not an age"),
        ("Gold,4,,,,soon,,10", "starts_on is not a day"),
        ("Gold,4,,,,2026-02-01,2026-01-01,10", "ends_on is before starts_on"),
        ("Gold,4,,,,2026-01-01,,ten", "not an amount in dollars"),
        ("Gold,4,,,,2026-01-01,,0", "not an amount"),
        ("Gold,4", "has not 8 columns"),
        ("Gold,4,,,,2026-01-01,,10,more", "has not 8 columns"),
    ],
)
def test_a_line_at_fault_is_named(row, said):
    with pytest.raises(BadRates, match=said):
        read(row)


def test_every_line_at_fault_is_named():
    with pytest.raises(BadRates) as refused:
        read("Gold,,,,,soon,,1", "Gold,,,,,2026-01-01,,1", "Gold,,,,,2026-01-01,,x")

    assert [problem[:6] for problem in refused.value.problems] == ["line 2", "line 4"]


@pytest.mark.parametrize("text", ["", "plan,amount\nGold,10", HEADER])
def test_a_file_of_another_kind_is_refused(text):
    with pytest.raises(BadRates):
        read_rates(text.splitlines())


@pytest.mark.django_db
def test_a_file_taken_twice_changes_nothing(take):
    first = take("Gold,4,IND,,,2026-01-01,,300", "Gold,4,FAM,,,2026-01-01,,700")
    again = take("Gold,4,IND,,,2026-01-01,,300", "Gold,4,FAM,,,2026-01-01,,700")

    assert (first.changed, again.changed, again.unchanged) == (2, 0, 2)


@pytest.mark.django_db
def test_a_new_rate_ends_the_one_before_and_keeps_what_was(take):
    take("Gold,4,IND,,,2026-01-01,,300")
    take("Gold,4,IND,,,2027-01-01,,330")

    assert in_force() == [
        (date(2026, 1, 1), date(2027, 1, 1), 300_00),
        (date(2027, 1, 1), None, 330_00),
    ]
    assert fetch_all("SELECT 1 FROM billing_rate WHERE replaced_at IS NOT NULL")


@pytest.mark.django_db
def test_a_rate_for_a_time_between_leaves_what_is_around_it(take):
    take("Gold,4,IND,,,2026-01-01,2026-12-31,300")
    take("Gold,4,IND,,,2026-04-01,2026-06-30,310")

    assert [cents for _since, _until, cents in in_force()] == [300_00, 310_00, 300_00]


@pytest.mark.django_db
def test_ages_that_overlap_are_refused_and_nothing_of_the_file_is_taken(take):
    with pytest.raises(BadRates, match="overlap other ages"):
        take("Gold,4,,0,20,2026-01-01,,100", "Gold,4,,15,30,2026-01-01,,200")

    assert in_force() == []


@pytest.mark.django_db
def test_a_file_that_is_no_text_is_refused(tmp_path):
    path = tmp_path / "rates.csv"
    path.write_bytes(b"\xff\xfe\x00plan")

    with pytest.raises(BadRates, match="UTF-8"):
        import_rates(path=path, actor=TESTER)
