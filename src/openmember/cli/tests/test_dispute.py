"""`openmember dispute`: what rows of a file would move, and keeping what the rulebook says."""

import json
import sys
from contextlib import nullcontext

import pytest

from openmember.cli import dispute as command
from openmember.cli import main, output
from openmember.grievances.tests.test_recomputing import a_law, filed
from openmember.kernel.sql import fetch_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispute(monkeypatch, capsys):
    """Run the command in this process; return its exit code, what it answered and what it said beside it."""
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(output._Streams, "answers", None)
    # The database of the test is there already, and its transaction stays open.
    monkeypatch.setattr(command, "database", nullcontext)

    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main.run(("dispute", *words))
        said = capsys.readouterr()
        return ended.value.code or 0, said.out, said.err

    return run


def test_a_file_of_rows_is_previewed_and_a_wrong_one_refused(dispute, tmp_path):
    some = filed()
    law = a_law(tmp_path, ("CA-GRV-DEC", {"length": 20}))

    code, out, _err = dispute("preview-rules", str(law), "--json")
    shown = dispute("preview-rules", str(law))[1]
    refused, _out, why = dispute(
        "preview-rules", str(a_law(tmp_path, ("CA-GRV-DEC", {"unit": "week"})))
    )

    found = json.loads(out)
    assert (code, found["looked"], found["dates"]) == (0, 1, 1)
    assert found["by"][0]["clock_id"] == "CA-GRV-DEC"
    assert found["by"][0]["earlier"] == 1
    assert found["first"] == [some.case_number]
    assert some.case_number in shown
    assert refused == 1
    assert "column unit" in why


def test_a_recompute_says_what_it_changed(dispute):
    some = filed()
    fetch_all("UPDATE grievances_clock SET due_at = now() WHERE step = 'decide'")

    first = json.loads(dispute("recompute", "--workers", "1", "--json")[1])
    again = json.loads(dispute("recompute", "--workers", "1", "--json")[1])

    assert (first["changed"], first["dates"], first["first"]) == (1, 1, [some.case_number])
    assert (again["changed"], again["looked"]) == (0, 1)
