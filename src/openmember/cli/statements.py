"""`openmember statements run`: make a month's statements, and the files they are printed from."""

from collections.abc import Callable
from contextlib import ExitStack
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, Refusal, Steps, answer, line, progress

app = typer.Typer(no_args_is_help=True, help="Make monthly statements.")


@app.callback()
def statements() -> None:
    """Make monthly statements."""


@app.command()
def run(
    month: Annotated[
        datetime, typer.Option(formats=["%Y-%m"], help="The month, such as 2026-11; it is over.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Write the print files and their index into this folder.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make the statements of a month. Again makes only what is missing."""
    with database():
        result = _run(month.date(), out)
    answer(result, as_json=as_json, otherwise=lambda: _tell(result))


def _run(month: date, out: Path | None) -> dict[str, Any]:
    from dataclasses import asdict

    from openmember.billing.statements import printing, services
    from openmember.members.types import system
    from openmember.payments.jobs import office_today

    with ExitStack() as bars:
        try:
            totals = services.run_month(
                month=month,
                today=office_today(),
                actor=system("command"),
                progress=_teller(bars, "ranges of accounts"),
            )
        except services.RunRefused as refused:
            raise Refusal(f"No statements were made: {refused}.") from refused
        result: dict[str, Any] = {"month": f"{month:%Y-%m}", **asdict(totals)}
        if out is not None:
            printed = printing.print_month(
                month=month,
                folder=out,
                actor=system("command"),
                progress=_teller(bars, "print files"),
            )
            result["print"] = {"folder": str(out), **asdict(printed)}
    return result


def _teller(bars: ExitStack, title: str) -> Callable[[int, int], None]:
    """Return a callback (done, total) that shows its progress; how much there is, it learns when called."""
    shown: list[Steps] = []

    def tell(done: int, total: int) -> None:
        if not shown:
            shown.append(bars.enter_context(progress(title, total=total)))
        shown[0].advance()

    return tell


def _tell(result: dict[str, Any]) -> None:
    from openmember.kernel.money import dollars_from_cents

    line(
        f"{result['month']}: {result['statements']} statements,"
        f" {result['electronic']} read on screen, {result['printed']} to print,"
        f" {dollars_from_cents(result['due_cents'])} asked for"
    )
    if found := result.get("print"):
        line(f"{found['files']} files of {found['pages']} pages in {found['folder']}")
        if found["missing"]:
            line(f"{found['missing']} are not there: Braille needs liblouis on this machine")
