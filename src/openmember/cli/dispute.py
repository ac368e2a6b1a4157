"""`openmember dispute`: what a change of law does to open disputes, and keeping it."""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from openmember.cli.database import database, set_up_django
from openmember.cli.output import Json, Refusal, answer, finish, line, say, table

if TYPE_CHECKING:
    from openmember.grievances.recomputing.types import Effect, Run

app = typer.Typer(no_args_is_help=True, help="What a change of law does to open disputes.")
SHOWN_EVERY = 50_000


@app.callback()
def dispute() -> None:
    """What a change of law does to open disputes."""


@app.command("preview-rules")
def preview_rules(
    file: Annotated[Path, typer.Argument(help="CSV: rows in the form of the rulebook's clocks.")],
    first: Annotated[int, typer.Option(min=0, max=50, help="Case numbers to name.")] = 10,
    as_json: Json = False,
) -> None:
    """Say how many dates of open disputes rows of a file would move. Nothing is changed.

    A row ends the one before it; without effective_from it takes the place of the row there is.
    """
    with database():
        effect = _preview(file)
    answer(_as_dict(effect, first), as_json=as_json, otherwise=lambda: _print(effect, first))


@app.command()
def recompute(
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes that work side by side.")
    ] = min(2, os.cpu_count() or 1),
    as_json: Json = False,
) -> None:
    """Bring the dates of open disputes to what the rulebook says. Broken off, it goes on when run again."""
    with database():
        run = _recompute(workers)
    result = {"run": run.id, "rulebook": run.rulebook, **_as_dict(run.effect, 10)}
    answer(result, as_json=as_json, otherwise=lambda: _print(run.effect, 10))
    finish(ok=not run.effect.unfit)


def _preview(file: Path) -> "Effect":
    from openmember.grievances.recomputing.services import preview
    from openmember.rulebook.clocks import proposed
    from openmember.rulebook.types import BadRulebook

    told = [0]

    def tell(looked: int) -> None:
        if looked - told[0] >= SHOWN_EVERY:
            told[0] = looked
            say(f"{looked:,} disputes looked at")

    try:
        with proposed(file):
            return preview(tell=tell)
    except (BadRulebook, OSError, UnicodeDecodeError) as wrong:
        raise Refusal(f"{file.name} cannot be taken: {wrong}") from wrong


def _recompute(workers: int) -> "Run":
    from django.db import connections
    from django.utils import timezone

    from openmember.grievances.recomputing import services
    from openmember.grievances.recomputing.types import Task
    from openmember.members.types import system

    now = timezone.now()
    run = services.begin(task=Task.RECOMPUTE, now=now, actor=system("command"))
    if run.done:
        say(f"going on with a run that was broken off: {run.done} of {run.parts} parts are done")
    if workers == 1:
        return services.work(run=run, now=now, tell=_tell)
    connections.close_all()
    with ProcessPoolExecutor(workers, get_context("spawn"), set_up_django) as pool:
        for done in [pool.submit(work_side_by_side, run.id) for _ in range(workers)]:
            done.result()
    return services.work(run=run, now=now)


def work_side_by_side(run_id: int) -> None:
    """Do parts of a run in a process of its own until none is left."""
    from django.utils import timezone

    from openmember.grievances.recomputing import queries, services

    run = queries.find_run(run_id=run_id)
    if run is not None:
        services.work(run=run, now=timezone.now(), tell=_tell)


def _tell(run: "Run") -> None:
    if run.done % 25 == 0:
        say(f"{run.done:,} of {run.parts:,} parts")


def _as_dict(effect: "Effect", first: int) -> dict[str, Any]:
    return {
        "looked": effect.looked,
        "changed": effect.changed,
        "dates": effect.moved,
        "by": [
            {**what._asdict(), **{way.value: count for way, count in ways.items()}}
            for what, ways in effect.by_what()
        ],
        "first": effect.numbers[:first],
        "unfit": effect.unfit,
        "unfits": effect.unfits,
    }


def _print(effect: "Effect", first: int) -> None:
    line(f"{effect.looked:,} open disputes: {effect.moved:,} dates of {effect.changed:,} change")
    if effect.moved:
        table(
            ["clock", "step", "law", "state", "earlier", "later", "new", "none more"],
            [[*what, *(str(count) for count in ways.values())] for what, ways in effect.by_what()],
            title="Dates that change",
        )  # fmt: skip
    if effect.numbers[:first]:
        line(f"the first: {', '.join(effect.numbers[:first])}")
    if effect.unfit:
        named = ", ".join(effect.unfit)
        line(f"{effect.unfits:,} logs do not fit the rules, look at them; the first: {named}")
