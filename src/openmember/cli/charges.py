"""`openmember charges import`: bill visits and dispensings of our own from a CSV."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, Refusal, answer, finish, line

app = typer.Typer(no_args_is_help=True, help="Charge visits and dispensings.")


@app.callback()
def charges() -> None:
    """Charge visits and dispensings."""


@app.command(name="import")
def import_(
    file: Annotated[
        Path,
        typer.Argument(
            help="A CSV with the columns account, visit, kind (visit or dispensing), date, description"
            " and amount, and if you like mrn and provider. Rows of one visit are one bill."
        ),
    ],
    as_json: Json = False,
) -> None:
    """Bill the visits of a file, whole or not at all. Again does nothing. Exit 1 when it was refused."""
    if not file.is_file():
        raise Refusal(f"{file} is not there.")
    with database():
        from openmember.members.types import system
        from openmember.payments.jobs import office_today
        from openmember.payments.remittances.services.charges import take_charges

        taken = take_charges(path=file, on=office_today(), actor=system("import"))
    result = asdict(taken)
    answer(result, as_json=as_json, otherwise=lambda: _print(file.name, result))
    finish(ok=taken.accepted)


def _print(name: str, result: dict[str, Any]) -> None:
    if not result["accepted"]:
        line(f"{name} was refused whole; nothing was changed.")
    elif result["already_taken"]:
        line(f"{name} was taken before; nothing was changed.")
    else:
        line(
            f"{name} was taken: {result['visits']} visits, {result['bills_raised']} bills,"
            f" {result['repeated']} charged before."
        )
    for one in result["problems"]:
        line(f"  row {one['row']}: {one['message']}")
