"""A data file that is not in form is refused by file, row and column."""

import pytest

from openmember.rulebook.amounts import COLUMNS as AMOUNT_COLUMNS
from openmember.rulebook.amounts import read_amounts
from openmember.rulebook.clocks import COLUMNS, read_clocks
from openmember.rulebook.types import BadRulebook

GOOD = dict.fromkeys(COLUMNS, "") | {
    "id": "X-1", "jurisdiction": "US", "coverage": "any", "kind": "payment", "step": "step",
    "actor": "plan", "length": "3", "unit": "business_day", "basis": "receipt", "roll": "none",
    "citation": "some law", "confidence": "verified", "effective_from": "2026-01-01",
}  # fmt: skip


def clocks(tmp_path, *rows, header=COLUMNS):
    lines = [",".join(header), *(",".join(row.values()) for row in rows)]
    (tmp_path / "clocks.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_clocks(tmp_path)


def test_rows_of_one_id_follow_one_another(tmp_path):
    old = GOOD | {"length": "5", "effective_from": "", "effective_to": "2025-12-31"}

    found = clocks(tmp_path, GOOD, old)

    assert [row.length for row in found["X-1"]] == [5, 3]


@pytest.mark.parametrize(
    ("column", "cell", "why"),
    [
        ("unit", "fortnight", "'fortnight' is not one of hour"),
        ("roll", "back", "'back' is not one of none"),
        ("confidence", "sure", "'sure' is not one of verified"),
        ("actor", "nobody", "'nobody' is not one of plan"),
        ("basis", "whim", "'whim' is not one of receipt"),
        ("jurisdiction", "ZZ", "'ZZ' is not one of CA"),
        ("length", "-3", "'-3' is not a whole number"),
        ("length", "²", "is not a whole number"),
        ("effective_from", "2026-02-30", "is not a date"),
        ("effective_to", "2025-01-01", "is before effective_from"),
        ("citation", "", "is empty"),
        ("id", "", "is empty"),
    ],
)
def test_a_bad_cell_is_named(tmp_path, column, cell, why):
    with pytest.raises(BadRulebook, match=rf"clocks\.csv, row 3, column {column}: .*{why}"):
        clocks(tmp_path, GOOD | {"id": "X-0"}, GOOD | {column: cell})


def test_an_id_in_force_twice_is_named(tmp_path):
    with pytest.raises(BadRulebook, match=r"row 3, column id: X-1 is there twice"):
        clocks(tmp_path, GOOD, GOOD)


def test_a_grace_of_no_month_is_refused(tmp_path):
    with pytest.raises(BadRulebook, match="column length: a grace of no month"):
        clocks(tmp_path, GOOD | {"unit": "grace_month", "length": "0"})


def test_wrong_columns_and_ragged_rows_are_refused(tmp_path):
    with pytest.raises(BadRulebook, match=r"row 1: the columns are not id, "):
        clocks(tmp_path, GOOD, header=COLUMNS[1:])
    with pytest.raises(BadRulebook, match="row 2: has more or fewer cells"):
        clocks(tmp_path, GOOD | {"note": "one,two"})
    with pytest.raises(BadRulebook, match="row 2: has more or fewer cells"):
        clocks(tmp_path, {key: GOOD[key] for key in COLUMNS[:-1]})


def test_an_empty_folder_is_refused(tmp_path):
    with pytest.raises(BadRulebook, match="no rule"):
        read_clocks(tmp_path)


@pytest.mark.parametrize(
    ("value", "unit", "why"),
    [
        ("NaN", "usd", "column value"),
        ("-1", "usd", "column value"),
        ("a", "usd", "column value"),
        ("1", "euro", "column unit"),
    ],
)
def test_a_bad_figure_is_named(tmp_path, value, unit, why):
    row = f"A-1,fee,{value},{unit},,,what,law,verified,"
    (tmp_path / "a.csv").write_text(",".join(AMOUNT_COLUMNS) + f"\n{row}\n", encoding="utf-8")

    with pytest.raises(BadRulebook, match=rf"a\.csv, row 2, {why}"):
        read_amounts(tmp_path)
