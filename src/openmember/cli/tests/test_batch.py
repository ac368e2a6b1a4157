"""A file of questions comes back as the same file with the answers added."""

import io

import pytest
import typer

from openmember.cli.batch import either, run_batch
from openmember.cli.output import Refusal


def double(row):
    if row["number"] == "13":
        raise Refusal("Not that one.")
    return {"twice": int(row["number"]) * 2, "even": int(row["number"]) % 2 == 0}


def run(file, **others):
    with pytest.raises(typer.Exit) as ended:
        run_batch(file, required=["number"], results=["twice", "even"], answer=double, **others)
    return ended.value.exit_code


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "questions.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    return write


def test_columns_are_added_and_the_others_kept(file, capsys):
    status = run(file('note,Number\n"a, b",2\nc, 3 \n'))

    assert status == 0
    assert capsys.readouterr().out == (
        'note,Number,twice,even,problem\n"a, b",2,4,true,\nc, 3 ,6,false,\n'
    )


def test_a_refused_row_says_so_and_the_rest_goes_on(file, capsys):
    status = run(file("number\n13\n1\n"))

    assert status == 1
    assert capsys.readouterr().out == "number,twice,even,problem\n13,,,Not that one.\n1,2,false,\n"


def test_an_empty_optional_argument_is_left_out(file):
    given = []

    with pytest.raises(typer.Exit):
        run_batch(
            file("number,at\n1,\n2,noon\n"),
            required=["number"],
            optional=["at"],
            results=[],
            answer=lambda row: given.append(row) or {},
        )

    assert given == [{"number": "1"}, {"number": "2", "at": "noon"}]


def test_a_row_with_too_many_cells_is_refused(file, capsys):
    assert run(file("number\n1,2\n")) == 1
    assert "more cells" in capsys.readouterr().out


def test_a_spreadsheets_byte_order_mark_is_no_part_of_a_name(file, capsys):
    assert run(file(b"\xef\xbb\xbfnumber\n1\n")) == 0
    assert capsys.readouterr().out.startswith("number,")


def test_standard_input_is_read_for_a_dash(monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", io.StringIO("number\n4\n"))

    from pathlib import Path

    assert run(Path("-")) == 0
    assert "4,8,true," in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("other\n1\n", "no column number"),
        ("number,even\n1,x\n", "adds a column even"),
        ("number,number\n1,2\n", "twice"),
        ("", "empty"),
        (b"number\n\xff\xfe\n", "UTF-8"),
    ],
)
def test_a_file_that_does_not_fit_is_bad_usage(file, text, told):
    with pytest.raises(typer.BadParameter, match=told):
        run_batch(file(text), required=["number"], results=["twice", "even"], answer=double)


def test_a_file_that_is_not_there_is_bad_usage(tmp_path):
    with pytest.raises(typer.BadParameter, match="cannot be read"):
        run_batch(tmp_path / "none.csv", required=[], results=[], answer=double)


def test_a_command_answers_a_file_or_its_arguments(tmp_path):
    assert either(tmp_path, text=None)
    assert not either(None, text="1")
    with pytest.raises(typer.BadParameter):
        either(None, text=None)
    with pytest.raises(typer.BadParameter):
        either(tmp_path, text="1")
