"""`openmember import` of a bank's and a lockbox's files."""

import json
from pathlib import Path

import pytest

DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.mark.skipif(not (DATA / "bank").exists(), reason="the shared sample files are not here")
def test_each_sample_says_what_is_expected_and_leaves_the_books_clean(openmember):
    expected = json.loads((DATA / "expected" / "bank.json").read_text(encoding="utf-8"))

    for name, whole in expected.items():
        whole.pop("note", None)
        said = openmember("import", str(DATA / "bank" / name), "--json")
        assert {key: said.json[key] for key in whole if key != "problems"} == {
            key: value for key, value in whole.items() if key != "problems"
        }, name
        sums = name != "mt940_jejik_ing.sta"  # Its movements do not make its balances.
        assert (said.code, said.json["accepted"], not said.json["problems"]) == (
            not sums,
            sums,
            sums,
        )

    checked = openmember("ledger", "check", "--json")
    assert (checked.code, checked.json["differences"]) == (0, [])


def test_a_damaged_file_is_refused_with_its_line(openmember, tmp_path):
    path = tmp_path / "day.sta"
    path.write_text(":20:A\n:25:1/2\n:60F:C261120USD1,00\n:62F:C261120USD2,00\n-\n")

    said = openmember("import", str(path))

    assert said.code == 1
    assert "was refused whole" in said.out
    assert "line 1: The statement does not add up" in said.out
