"""`--batch FILE`: the same question once a row, answered as the same CSV with columns added.

A command that takes it leaves its arguments optional and begins with

    if either(batch, text=text):
        return run_batch(batch, required=["text"], results=["kind", "valid", "reason"],
                         answer=lambda row: check(row["text"]))
"""

import csv
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, TextIO

import typer

from openmember.cli.output import Refusal, finish, stdout

PROBLEM = "problem"
_TOO_MANY = ""  # The name under which csv keeps the cells beyond the last column.

Batch = Annotated[
    Path | None,
    typer.Option(
        "--batch",
        help="A CSV whose columns are named like the arguments (- for stdin).",
        show_default=False,
    ),
]


def either(batch: Path | None, **arguments: object) -> bool:
    """Return whether to answer a file. Errors: bad usage unless it is one file or one question."""
    given = [name for name, value in arguments.items() if value is not None]
    if batch is not None and given:
        raise typer.BadParameter(f"Give either --batch or {given[0].upper()}, not both.")
    if batch is None:
        for name, value in arguments.items():
            if value is None:
                raise typer.BadParameter(f"Give {name.upper()}, or a file with --batch.")
    return batch is not None


def run_batch(
    file: Path,
    *,
    required: Sequence[str],
    optional: Sequence[str] = (),
    results: Sequence[str],
    answer: Callable[[dict[str, str]], Mapping[str, object]],
) -> None:
    """Answer every row of the file on stdout, in order, and end the command.

    `answer` gets the arguments by name, without the surrounding blanks; an empty optional one is
    left out. A row it refuses (`Refusal`) has the sentence in the column `problem`, and the
    command exits 1 at the end.
    """
    with _opened(file) as source:
        rows = csv.DictReader(source, restkey=_TOO_MANY, restval="")
        columns = _columns(rows, file)
        names = _names(columns, file=file, required=required, results=results)
        writer = csv.DictWriter(
            stdout(), [*columns, *results, PROBLEM], extrasaction="ignore", lineterminator="\n"
        )
        writer.writeheader()
        wanted = {column: name for column, name in names.items() if name in {*required, *optional}}
        refused = False
        for row in _readable(rows, file):
            try:
                given = _arguments(row, wanted, required)
                found = {name: _cell(value) for name, value in answer(given).items()}
            except Refusal as refusal:
                refused = True
                found = {PROBLEM: str(refusal)}
            writer.writerow({**row, **found})
        stdout().flush()
    finish(ok=not refused)


def _arguments(
    row: Mapping[str, str], wanted: Mapping[str, str], required: Sequence[str]
) -> dict[str, str]:
    if _TOO_MANY in row:
        raise Refusal("The row has more cells than the first line has names.")
    given = {name: row[column].strip() for column, name in wanted.items()}
    return {name: text for name, text in given.items() if text or name in required}


def _columns(rows: "csv.DictReader[str]", file: Path) -> list[str]:
    try:
        columns = list(rows.fieldnames or [])
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(file) from error
    if not columns:
        raise typer.BadParameter(f"{file} is empty; its first line names the columns.")
    return columns


def _names(
    columns: list[str], *, file: Path, required: Sequence[str], results: Sequence[str]
) -> dict[str, str]:
    names = {column: column.strip().lower().replace("-", "_").lstrip("_") for column in columns}
    for name in required:
        if name not in names.values():
            raise typer.BadParameter(f"{file} has no column {name}; its first line names them.")
    for column in columns:
        if columns.count(column) > 1:
            raise typer.BadParameter(f"{file} names the column {column} twice.")
        if column in {*results, PROBLEM}:
            raise typer.BadParameter(
                f"The answer adds a column {column}: rename the one in {file}."
            )
    return names


def _readable(rows: "csv.DictReader[str]", file: Path) -> Iterator[dict[str, str]]:
    try:
        yield from rows
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(file) from error


def _unreadable(file: Path) -> typer.BadParameter:
    return typer.BadParameter(f"{file} is not a CSV in UTF-8.")


def _opened(file: Path) -> AbstractContextManager[TextIO]:
    if str(file) == "-":
        return nullcontext(sys.stdin)
    try:
        # Spreadsheets write a byte order mark, which would become part of the first name.
        return file.open(encoding="utf-8-sig", newline="")
    except OSError as error:
        raise typer.BadParameter(f"{file} cannot be read: {error.strerror}.") from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, default=str, ensure_ascii=False)
    return str(value)
