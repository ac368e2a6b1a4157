"""`openmember number`: what a typed number is."""

from typing import Annotated

import typer

from openmember.cli.batch import Batch, either, run_batch
from openmember.cli.database import database
from openmember.cli.output import Json, answer, finish, line

app = typer.Typer(no_args_is_help=True, help="Recognise bill pay numbers.")


@app.callback()
def number() -> None:
    """Recognise bill pay numbers."""


@app.command()
def check(
    text: Annotated[str | None, typer.Argument(help="A number as somebody typed it.")] = None,
    batch: Batch = None,
    as_json: Json = False,
) -> None:
    """Say whether a text is a bill pay number, a medical record number, or neither, and why.

    Exit 1 when it is no number a payment could quote.
    """
    in_batch = either(batch, text=text)
    with database():
        if in_batch and batch:
            run_batch(
                batch,
                required=["text"],
                results=["kind", "valid", "reason"],
                answer=lambda row: found(row["text"]),
            )
        result = found(text or "")
    answer(
        result,
        as_json=as_json,
        otherwise=lambda: line(f"{result['kind']}: {result['explanation']}"),
    )
    finish(ok=bool(result["valid"]))


def found(text: str) -> dict[str, object]:
    """Return what a text is: kind, whether it is a valid bill pay number, the reason and its words."""
    from openmember.accounts.queries import recognise
    from openmember.accounts.types import EXPLANATIONS

    recognised = recognise(text)
    return {
        "kind": recognised.kind.value,
        "valid": recognised.valid,
        "reason": recognised.reason.value,
        "explanation": EXPLANATIONS[recognised.reason],
    }
