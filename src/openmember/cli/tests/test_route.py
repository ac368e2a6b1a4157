"""`openmember route`: whom to contact, one need or a file of them."""

import csv
import io
import json
import sys

import pytest

from openmember.cli import main, output
from openmember.kernel.sql import fetch_all

pytestmark = pytest.mark.django_db


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


def test_the_best_times_are_those_that_were_measured_and_advice_where_too_few_were(route):
    before = json.loads(asked(route, "--need", "my bill", "--region", "CO", "--json"))
    # Last week, in Denver: six calls on Tuesday at nine who waited 50 seconds, and four at ten.
    fetch_all(
        "INSERT INTO cases_interaction (channel, team, region, outcome, arrived_at, answered_at, ended_at)"
        " SELECT 'phone', '', 'colorado', 'answered', at, at + interval '50 s', at + interval '5 min'"
        " FROM generate_series(1, 10) AS place, LATERAL (SELECT (date_trunc('week', now() AT TIME ZONE"
        " 'America/Denver') - interval '6 days' + interval '9 h' + CASE WHEN place > 6 THEN interval '1 h'"
        " ELSE interval '0' END) AT TIME ZONE 'America/Denver' AS at) AS moment"
    )

    found = json.loads(asked(route, "--need", "my bill", "--region", "CO", "--json"))
    then = json.loads(
        asked(route, "--need", "my bill", "--region", "CO", "--at", "2026-12-01T09:30", "--json")
    )

    assert before["best_times_measured"] is False
    assert found["best_times_measured"] is True
    assert found["best_times"] == [{"weekday": 1, "hour": 9, "wait_seconds": 50}]
    assert then["answers"][0]["wait_seconds"] == 50
