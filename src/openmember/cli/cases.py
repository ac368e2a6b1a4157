"""`openmember cases`: prove what is stored of cases."""

from dataclasses import asdict
from itertools import chain, islice

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, answer, finish, line

app = typer.Typer(no_args_is_help=True, help="Prove what is stored of cases.")

SHOWN_AT_MOST = 100


@app.callback()
def cases() -> None:
    """Prove what is stored of cases."""


@app.command()
def check(as_json: Json = False) -> None:
    """Work every status, owner, promise and callback out from the logs. Exit 1 and name what differs."""
    with database():
        from openmember.cases.proof import list_differences
        from openmember.threads import proof as threads

        found = list(islice(chain(list_differences(), threads.list_differences()), SHOWN_AT_MOST))

    def show() -> None:
        for one in found:
            line(f"{one.number}: {one.what} is {one.stored or 'empty'}, its log says {one.found}")
        line(f"{len(found)} differences" if found else "every case is what its log says")

    answer(
        {"ok": not found, "differences": [asdict(one) for one in found]},
        as_json=as_json,
        otherwise=show,
    )
    finish(ok=not found)
