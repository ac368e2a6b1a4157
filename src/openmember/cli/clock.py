"""`openmember clock`: when something is due, and under which law."""

import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from openmember.cli.batch import Batch, either, run_batch
from openmember.cli.output import Json, Refusal, answer, line

if TYPE_CHECKING:
    from openmember.rulebook.types import Clock

app = typer.Typer(no_args_is_help=True, help="Deadlines, each with the law that sets it.")

ClockId = Annotated[
    str | None, typer.Argument(help="The clock's id, such as FED-APL-FILE.", show_default=False)
]
Start = Annotated[
    str | None,
    typer.Argument(
        help="2026-01-15; '2026-10-31T10:00 America/Los_Angeles' for hours;"
        " 2026-03-01/2026-02-10 (unpaid month/date requested) for MA-PREM-GRACE.",
        show_default=False,
    ),
]
RESULTS = ("due", "rule", "citation", "confidence")


@app.command()
def due(
    clock_id: ClockId = None, start: Start = None, batch: Batch = None, as_json: Json = False
) -> None:
    """Say when a clock that starts so runs out, with the rule, its citation and how sure it is."""
    if either(batch, clock_id=clock_id, start=start) and batch:
        run_batch(
            batch,
            required=["clock_id", "start"],
            results=RESULTS,
            answer=lambda row: found(row["clock_id"], row["start"]),
        )
        return
    result = found(clock_id or "", start or "")
    answer(result, as_json=as_json, otherwise=lambda: _tell(result))


@app.command()
def show(
    clock_id: Annotated[str, typer.Argument(help="The clock's id, such as FED-APL-FILE.")],
    as_json: Json = False,
) -> None:
    """Show everything the rulebook says of a clock, one block for each dated row."""
    from openmember.rulebook.clocks import list_rows
    from openmember.rulebook.types import UnknownRule

    try:
        rows = [_fields(row) for row in list_rows(clock_id)]
    except UnknownRule as unknown:
        raise Refusal(str(unknown)) from unknown
    answer(
        {"clock_id": rows[0]["id"], "rows": rows}, as_json=as_json, otherwise=lambda: _list(rows)
    )


def found(clock_id: str, start: str) -> dict[str, object]:
    """Return the answer of one question. Errors: Refusal."""
    from openmember.rulebook.clocks import due as run
    from openmember.rulebook.types import BadStart, UnknownRule

    try:
        answered = run(clock_id, start)
    except (UnknownRule, BadStart) as refused:
        raise Refusal(str(refused)) from refused
    clock = answered.clock
    return {
        "clock_id": clock.id,
        "start": answered.start,
        "due": answered.notation,
        "rule": clock.rule,
        "citation": clock.citation,
        "confidence": clock.confidence.value,
        "in_force": answered.in_force,
        "extension": clock.extension,
        "note": clock.note,
    }


def _tell(result: dict[str, object]) -> None:
    line(f"{result['due']}: {result['rule']} ({result['citation']}; {result['confidence']})")
    for name in ("extension", "note"):
        if result[name]:
            line(f"{name}: {result[name]}")
    if not result["in_force"]:
        line("The rulebook has no row for that start; the nearest was used.")


def _fields(clock: "Clock") -> dict[str, object]:
    return {**dataclasses.asdict(clock), "rule": clock.rule}


def _list(rows: list[dict[str, object]]) -> None:
    for row in rows:
        for name, value in row.items():
            if value not in {None, ""}:
                line(f"{name:15} {value}")
