"""`openmember autopay`: the day's automatic payments."""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, answer, line

app = typer.Typer(no_args_is_help=True, help="Make automatic payments.")


@app.callback()
def autopay() -> None:
    """Make automatic payments."""


@app.command()
def run(
    date: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day to do; today.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Plan, announce and draw what is due. The same day again does nothing more."""
    with database():
        from openmember.members.types import system
        from openmember.payments.autopay.jobs import run_autopay
        from openmember.payments.jobs import office_today

        done = run_autopay(day=date.date() if date else office_today(), actor=system("command"))
    answer(
        asdict(done),
        as_json=as_json,
        otherwise=lambda: line(
            f"{done.day}: {done.planned} planned, {done.noticed} announced, {done.drawn} drawn,"
            f" {done.not_needed} not needed, {done.paid} paid, {done.failed} failed"
        ),
    )
