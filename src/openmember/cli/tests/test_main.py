"""The contract of the command line: what goes to stdout, and how it exits."""

import json
import sys
from datetime import date

import pytest
import typer

from openmember.cli import main, output
from openmember.cli.output import Refusal, answer, table
from openmember.kernel.embedded import EmbeddedProblem


@pytest.fixture(autouse=True)
def _own_streams(monkeypatch):
    """Give back the stream a command with --json sets aside."""
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    monkeypatch.setattr(output._Streams, "answers", None)


@pytest.fixture
def command(monkeypatch):
    """Put one command of this test's own into the table."""

    def add(function):
        monkeypatch.setattr(sys.modules[__name__], "tried", function, raising=False)
        monkeypatch.setitem(main.COMMANDS, "tried", main.Place(f"{__name__}:tried", "Tried."))

    return add


def run(*words):
    with pytest.raises(SystemExit) as ended:
        main.run(words)
    return ended.value.code


def test_help_names_every_command_and_loads_none(capsys, monkeypatch):
    monkeypatch.setattr(main, "load", lambda name: pytest.fail(f"loaded {name}"))

    assert run("--help") == 0

    said = capsys.readouterr().out
    assert all(name in said for name in main.COMMANDS)


def test_every_command_of_the_table_is_there():
    for name in main.COMMANDS:
        assert main.load(name).name == name


def test_an_unknown_command_is_bad_usage(capsys):
    assert run("srve") == 2
    assert "serve" in capsys.readouterr().err


def test_an_answer_in_json_is_alone_on_stdout(command, capsys):
    def tried(as_json: output.Json = False) -> None:
        sys.stdout.write("a library says something\n")
        output.say("a message")
        answer({"on": date(2026, 1, 2), "n": 1}, as_json=as_json, otherwise=lambda: None)

    command(tried)

    assert run("tried", "--json") == 0

    said = capsys.readouterr()
    assert json.loads(said.out) == {"on": "2026-01-02", "n": 1}
    assert "a library says something" in said.err


@pytest.mark.parametrize("kind", [Refusal, EmbeddedProblem])
def test_a_refusal_is_one_sentence_and_exits_1(command, capsys, kind):
    def tried(as_json: output.Json = False) -> None:
        raise kind("No, because of that: do this.")

    command(tried)

    assert run("tried") == 1
    assert capsys.readouterr().err == "openmember: No, because of that: do this.\n"
    assert run("tried", "--json") == 1
    assert json.loads(capsys.readouterr().out) == {"error": "No, because of that: do this."}


def test_a_fault_shows_no_local_variables(command, capsys):
    def tried() -> None:
        members_number = "1234" + "56789012"
        raise ValueError(len(members_number))

    command(tried)

    assert run("tried") == 1
    said = capsys.readouterr()
    assert "fault of OpenMember" in said.err
    assert "123456789012" not in said.err + said.out


def test_found_wrong_exits_1(command):
    def tried() -> None:
        output.finish(ok=False)

    command(tried)

    assert run("tried") == 1


def test_bad_usage_exits_2(command):
    def tried(number: int) -> None:
        raise typer.BadParameter("not so")

    command(tried)

    assert run("tried") == 2
    assert run("tried", "seven") == 2
    assert run("tried", "7") == 2


def test_a_table_shows_brackets_and_long_values_as_they_are(capsys):
    table(["what", "cents"], [["[red]x[/red] " + "y" * 150, 5], ["z", 1000]])

    said = capsys.readouterr().out
    assert "[red]x[/red] " + "y" * 150 in said
    assert said.splitlines()[-1].endswith("1000")


def test_progress_is_a_line_a_step_where_there_is_no_terminal(capsys):
    with output.progress("loading", total=3) as steps:
        steps.advance()
        steps.advance(2, "almost")

    assert capsys.readouterr().err == "loading: 1 of 3\nloading: 3 of 3, almost\n"
