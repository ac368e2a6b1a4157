"""`openmember clock`: a deadline with its law, one or a file of them."""

import csv
import io
import json
import sys

import pytest

from openmember.cli import main, output


@pytest.fixture
def clock(monkeypatch, capsys):
    """Run the command in this process; return its exit code and what it answered."""
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(output._Streams, "answers", None)

    def run(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main.run(("clock", *words))
        return ended.value.code, capsys.readouterr().out

    return run


def test_a_deadline_is_answered_with_its_law(clock):
    code, said = clock("due", "FED-EXT-FILE", "2026-10-30", "--json")
    answer = json.loads(said)

    assert code == 0
    assert answer["due"] == "2027-03-01"
    assert answer["citation"] == "45 CFR 147.136(d)(2)(i)"
    assert answer["confidence"] == "verified-old"


def test_a_deadline_for_people_is_one_line_and_its_note(clock):
    assert clock("due", "ACH-PRENOTE", "2026-11-20") == (
        0,
        "2026-11-25: 3 business days after event (Nacha Op. Rules 2.6; memory)\n",
    )


def test_a_deadline_nobody_can_compute_is_refused_with_the_reason(clock):
    code, said = clock("due", "FED-CLM-URG", "2026-10-30", "--json")

    assert code == 1
    assert "not a moment" in json.loads(said)["error"]


def test_an_argument_that_is_missing_is_bad_usage(clock):
    assert clock("due", "FED-CLM-URG")[0] == 2


def test_a_file_of_starts_is_answered_row_by_row(clock, tmp_path):
    asked = tmp_path / "starts.csv"
    asked.write_text(
        "clock_id,start,expected\n"
        "MA-PREM-GRACE,2026-03-01/2026-02-10,x\n"
        "FED-CLM-URG,2026-10-31T10:00 America/Los_Angeles,y\n"
        "NO-SUCH,2026-01-01,z\n",
        encoding="utf-8",
    )

    code, said = clock("due", "--batch", str(asked))
    rows = list(csv.DictReader(io.StringIO(said)))

    assert code == 1
    assert list(rows[0]) == [
        "clock_id", "start", "expected", "due", "rule", "citation", "confidence", "problem",
    ]  # fmt: skip
    assert [row["due"] for row in rows] == [
        "2026-03-01 to 2026-04-30", "2026-11-03T09:00 America/Los_Angeles", "",
    ]  # fmt: skip
    assert "no clock" in rows[2]["problem"]


def test_a_clock_is_shown_with_all_that_is_known_of_it(clock):
    code, said = clock("show", "ca-grace-std", "--json")
    shown = json.loads(said)

    assert code == 0
    assert shown["clock_id"] == "CA-GRACE-STD"
    assert shown["rows"][0]["rule"] == "30 calendar days after notice"
    assert "casetext" in clock("show", "CA-GRACE-STD")[1]
