"""Cells that a spreadsheet would run are made text."""

import pytest

from openmember.kernel.spreadsheets import harmless


@pytest.mark.parametrize(
    "cell", ["=1", "+1", "-1", "@a", "\t=1", "\r=1", "\n=1", " =1", "＝1", "＠a"]
)
def test_what_a_spreadsheet_would_run_is_made_text(cell):
    assert harmless(cell) == f"'{cell}"


def test_an_ordinary_cell_stays_as_it_is():
    assert harmless("Visa ending 4242") == "Visa ending 4242"
