"""`openmember grace`: the daily work on unpaid premiums."""

from datetime import date
from typing import Annotated, Any

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, Refusal, answer, line

app = typer.Typer(no_args_is_help=True, help="Work on unpaid premiums.")


@app.callback()
def grace() -> None:
    """Work on unpaid premiums."""


@app.command()
def sweep(
    on: Annotated[
        str, typer.Option("--date", help="The day to work for, such as 2026-04-01.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Open cases, take every step that is due, end coverage. Again does nothing."""
    with database():
        from openmember.billing.grace.jobs import sweep_grace
        from openmember.members.types import system
        from openmember.payments.jobs import office_today
        from openmember.payments.services.uncovered import release_uncovered
        from openmember.payments.services.under_way import hold_for_payments_under_way

        today = _day(on) if on else office_today()
        actor = system("grace")
        hold_for_payments_under_way(today=today, actor=actor)
        swept = sweep_grace(today=today, actor=actor)
        released_cents = release_uncovered(on=today, actor=actor)
    result = {
        "date": today,
        "steps": swept.steps,
        "uncovered_cents": swept.uncovered_cents,
        "released_cents": released_cents,
        "waiting_for_a_person": swept.waiting_for_a_person,
        "providers_told": swept.providers_told,
    }
    answer(result, as_json=as_json, otherwise=lambda: _tell(result))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal(f"{text} is not a day: write it as 2026-04-01.") from None


def _tell(result: dict[str, Any]) -> None:
    told = ", ".join(f"{count} {step}" for step, count in result["steps"].items())
    line(f"{result['date']}: {told or 'nothing was due'}")
    for name in ("uncovered_cents", "released_cents", "waiting_for_a_person", "providers_told"):
        if result[name]:
            line(f"{name}: {result[name]}")
