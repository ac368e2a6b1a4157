"""`openmember letters send`: tell by e-mail that letters wait, and write those that are printed."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, answer, line

app = typer.Typer(no_args_is_help=True, help="Send letters.")


@app.callback()
def letters() -> None:
    """Send letters."""


@app.command()
def send(
    out: Annotated[
        Path | None, typer.Option(help="Write what waits for the printer into this folder.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Send the letters that wait. Again sends none of them twice."""
    with database():
        result = _send(out)
    answer(result, as_json=as_json, otherwise=lambda: _tell(result))


def _send(out: Path | None) -> dict[str, Any]:
    from django.utils import timezone

    from openmember.grievances.handoffs.printing import print_copies
    from openmember.letters import delivery, printing
    from openmember.members.types import system

    now, actor = timezone.now(), system("command")
    result: dict[str, Any] = asdict(delivery.send_letters(now=now, actor=actor))
    if out is not None:
        printed = printing.print_letters(folder=out, now=timezone.localtime(now), actor=actor)
        copies = print_copies(folder=out, now=now, actor=actor)
        result["print"] = {"folder": str(out), **asdict(printed), "copies": copies}
    return result


def _tell(result: dict[str, Any]) -> None:
    line(f"{result['told']} told by e-mail, {result['to_print']} put in the printer's queue")
    if result["broken"]:
        line(f"{result['broken']} cannot be put together: see the log")
    if found := result.get("print"):
        line(f"{found['letters']} letters written to {found['folder']}")
        if found["copies"]:
            line(f"{found['copies']} copies of files written beside their letters")
        if found["missing"]:
            line(f"{found['missing']} wait: Braille needs liblouis on this machine")
