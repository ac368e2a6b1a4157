"""How every command speaks: answers on stdout, everything else on stderr, exit 0, 1 or 2.

- `--json`: one object on stdout and nothing else there. A command takes `as_json: Json = False`
  and ends with `answer(result, as_json=as_json, otherwise=...)`.
- Exit 0: done. 1: refused or found wrong (`Refusal`, or `finish(ok=False)`). 2: bad usage (typer).
- A refusal with `--json` answers `{"error": "<sentence>"}`.
"""

import dataclasses
import enum
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Annotated, Any, TextIO

import typer

Json = Annotated[
    bool, typer.Option("--json", help="Answer with one JSON object.", show_default=False)
]


class Refusal(Exception):
    """The command is not done; the message is one sentence that says why and what to do."""


class _Streams:
    """Where answers go while stdout is kept clean of what libraries print."""

    answers: TextIO | None = None


def keep_stdout_clean() -> None:
    """Send whatever else is printed to stderr, so that stdout carries the answer alone."""
    if _Streams.answers is None:
        _Streams.answers, sys.stdout = sys.stdout, sys.stderr


def stdout() -> TextIO:
    """Return the stream for answers."""
    return _Streams.answers or sys.stdout


def say(message: str) -> None:
    """Tell the person at the terminal something that is not the answer."""
    print(message, file=sys.stderr, flush=True)  # noqa: T201  this is what a command line does


def answer(result: Mapping[str, object], *, as_json: bool, otherwise: Callable[[], None]) -> None:
    """Print the result: as one JSON object, or the way `otherwise` prints it for people."""
    if as_json:
        stdout().write(json.dumps(result, default=_plain, ensure_ascii=False) + "\n")
        stdout().flush()
    else:
        otherwise()


def finish(*, ok: bool) -> None:
    """End the command with exit 0, or 1 when something was found wrong."""
    raise typer.Exit(0 if ok else 1)


def line(text: str = "") -> None:
    """Print one line of the answer for people."""
    stdout().write(text + "\n")
    stdout().flush()


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], *, title: str = "") -> None:
    """Print a table for people. Numbers stand to the right."""
    from rich.console import Console  # Here and below, because `--help` must not wait for it.
    from rich.table import Table
    from rich.text import Text

    shown = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    for index, column in enumerate(columns):
        numeric = bool(rows) and all(isinstance(row[index], int | float) for row in rows)
        shown.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        # As Text, because a value may hold square brackets, which rich reads as its own.
        shown.add_row(*(Text("" if value is None else _word(value)) for value in row))
    # Piped into a file or another program, nothing is folded at 80 characters.
    width = None if stdout().isatty() else 240
    Console(file=stdout(), width=width, highlight=False).print(shown)


class Steps:
    """Long work in steps, told on stderr: a bar on a terminal, a line a step elsewhere."""

    def __init__(self, advance: Callable[[int, str], None]) -> None:
        self._advance = advance

    def advance(self, done: int = 1, note: str = "") -> None:
        self._advance(done, note)


@contextmanager
def progress(title: str, *, total: int) -> Iterator[Steps]:
    """Show how far `title` has come; `total` counts what `advance` adds up to."""
    if not sys.stderr.isatty():
        so_far = 0

        def tell(done: int, note: str) -> None:
            nonlocal so_far
            so_far += done
            say(f"{title}: {so_far} of {total}{f', {note}' if note else ''}")

        yield Steps(tell)
        return

    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)

        def move(done: int, note: str) -> None:
            bar.update(task, advance=done, description=f"{title} {note}".rstrip())

        yield Steps(move)


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(_plain(value)) if isinstance(value, datetime | date | enum.Enum) else str(value)


def _plain(value: object) -> Any:
    """Return what JSON can hold, for what it cannot."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)
