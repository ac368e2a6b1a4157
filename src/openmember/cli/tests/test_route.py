"""`openmember route`: whom to contact, one need or a file of them."""

import csv
import io
import json
import sys

import pytest

from openmember.cli import main, output


@pytest.fixture
def route(monkeypatch, capsys):
    """Run the command in this process; return its exit code and what it answered."""
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(output._Streams, "answers", None)

    def run(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main.run(("route", *words))
        return ended.value.code or 0, capsys.readouterr().out

    return run


def asked(route, *words: str) -> str:
    code, said = route(*words)
    assert code == 0
    return said


def test_the_answer_says_whom_to_call_and_why(route):
    found = json.loads(
        asked(
            route,
            "--need",
            "I was charged twice",
            "--region",
            "CO",
            "--at",
            "2026-12-01T09:00",
            "--json",
        )
    )

    assert found["team"] == "billing"
    assert found["answers"][0]["dial"] == "+13033383800"
    assert found["answers"][0]["open"] is True
    assert found["answers"][0]["reasons"] == ["region_line", "region_unverified"]


def test_a_red_flag_is_answered_with_911(route):
    found = json.loads(asked(route, "--need", "chest pain", "--region", "98660", "--json"))

    assert found["answers"][0]["dial"] == "911"
    assert found["red_flag"] == "chest"
    assert found["region"] == "northwest"


def test_a_batch_is_answered_row_by_row(route, tmp_path):
    path = tmp_path / "needs.csv"
    path.write_text("need,region,language\nrefill my pills,georgia,en\nno puedo pagar,CA,es\n")

    rows = list(csv.DictReader(io.StringIO(asked(route, "--batch", str(path)))))

    assert [row["team"] for row in rows] == ["pharmacy", "financial_services"]
    assert rows[0]["number"] == "1-888-865-5813"


def test_a_region_there_is_not_is_refused(route):
    assert route("--need", "bill", "--region", "atlantis")[0] == 1


def test_the_measures_are_printed(route):
    found = json.loads(asked(route, "evaluate", "--json"))

    assert found["red_flags_missed"] == 0
    assert {row["language"] for row in found["languages"]} == {"en", "es", "zh", "all"}
