"""`openmember refunds`: credit found, checks drawn, dormant credit turned over."""

from pathlib import Path
from typing import Annotated

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, Refusal, answer, line
from openmember.kernel.money import dollars_from_cents

app = typer.Typer(no_args_is_help=True, help="Give credit back.")


@app.callback()
def _refunds() -> None:
    """Give credit back."""


@app.command()
def find(as_json: Json = False) -> None:
    """Look through all accounts and note which hold credit, for the queue at the desk."""
    with database():
        from openmember.payments.credits.jobs import sweep_credits
        from openmember.payments.jobs import office_today

        swept = sweep_credits(today=office_today())
    answer(
        {
            "accounts": swept.accounts,
            "stale_checks": swept.stale_checks,
            "recovered": swept.recovered,
        },
        as_json=as_json,
        otherwise=lambda: line(
            f"{swept.accounts} accounts hold credit; {swept.stale_checks} checks grew stale;"
            f" {swept.recovered} written-off bills were recovered"
        ),
    )


@app.command()
def checks(
    out: Annotated[Path, typer.Option(help="The folder for the bank's file and the register.")],
    as_json: Json = False,
) -> None:
    """Draw a check for every approved refund that waits for one, and write the files. Safe to repeat."""
    with database():
        from openmember.members.types import system
        from openmember.payments.credits import jobs, queries
        from openmember.payments.jobs import office_today

        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as problem:
            raise Refusal(f"{out} is no folder one can write to: {problem.strerror}.") from problem
        written = jobs.write_checks(out=out, on=office_today(), actor=system("command"))
        without = queries.count_without_address()

    def show() -> None:
        for run, *paths in written:
            line(f"Run {run.id}: {run.checks} checks, {dollars_from_cents(run.amount_cents)}")
            for path in paths:
                line(f"  {path}")
        line(f"{len(written)} runs written; {without} refunds wait for an address")

    runs = [
        {"run": run.id, "checks": run.checks, "amount": dollars_from_cents(run.amount_cents),
         "positive_pay": str(issued), "register": str(register)}
        for run, issued, register in written
    ]  # fmt: skip
    answer({"runs": runs, "without_address": without}, as_json=as_json, otherwise=show)


@app.command("turn-over")
def turn_over(as_json: Json = False) -> None:
    """Turn dormant credit over to its holder's state. Nothing where no period is configured."""
    with database():
        from openmember.members.types import system
        from openmember.payments.credits import dormancy, jobs
        from openmember.payments.jobs import office_today

        configured = sorted(row.state for row in dormancy.get_table().values() if row.months)
        accounts, cents = jobs.turn_over_dormant(today=office_today(), actor=system("command"))
    said = f"periods are set for {', '.join(configured)}" if configured else "no period is set"
    answer(
        {"accounts": accounts, "amount": dollars_from_cents(cents), "configured": configured},
        as_json=as_json,
        otherwise=lambda: line(f"{accounts} accounts, {dollars_from_cents(cents)}; {said}"),
    )
