"""`openmember bench`: run benchmarks, print figures and ratios."""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, Refusal, answer, finish, say, table

CHECKOUT = Path(__file__).parents[3]


def bench(
    names: Annotated[list[str] | None, typer.Argument(help="Which; all of them.")] = None,
    accounts: Annotated[int, typer.Option(min=100, help="Accounts to measure among.")] = 1_000_000,
    seconds: Annotated[int, typer.Option(min=1, help="Length of each run.")] = 8,
    rounds: Annotated[int, typer.Option(min=1, help="Runs of each side, in turns.")] = 3,
    as_json: Json = False,
) -> None:
    """Measure against yardsticks in the same run, on databases of its own. Exit 1 if a bar is missed.

    It needs a checkout with the development dependencies (`make bench`), and PostgreSQL's superuser.
    """
    if not (CHECKOUT / "bench" / "run.py").is_file():
        raise Refusal("Benchmarks run from a checkout, which this is not: see docs/performance.md.")
    sys.path.insert(0, str(CHECKOUT))
    with database(prepare=False):
        reports = _measure(names, accounts, seconds, rounds)
    result = {"ok": all(bar.holds for report in reports for bar in report.bars),
              "benchmarks": [_as_dict(report) for report in reports]}  # fmt: skip
    answer(result, as_json=as_json, otherwise=lambda: _print(result))
    finish(ok=bool(result["ok"]))


def _measure(names: list[str] | None, accounts: int, seconds: int, rounds: int) -> list[Any]:
    # Found by name, because it stands beside the package and is not part of it.
    benchmarks = import_module("bench.run")
    for name in names or ():
        if name not in benchmarks.NAMES:
            known = ", ".join(benchmarks.NAMES)
            raise typer.BadParameter(f"There is no benchmark {name}; there are {known}.")
    plan = benchmarks.Plan(os.environ["DATABASE_URL"], accounts, seconds, rounds, say)
    return list(benchmarks.run(names or benchmarks.NAMES, plan))


def _as_dict(report: Any) -> dict[str, Any]:
    return {
        "name": report.name,
        "figures": report.figures,
        "bars": [
            {"name": bar.name, "value": round(bar.value, 3), "bound": bar.bound,
             "at_most": bar.at_most, "holds": bar.holds}
            for bar in report.bars
        ],
    }  # fmt: skip


def _print(result: dict[str, Any]) -> None:
    table(
        ["benchmark", "figure", "value"],
        [[one["name"], name, f"{value:,.2f}"] for one in result["benchmarks"]
         for name, value in one["figures"].items()],
        title="Figures",
    )  # fmt: skip
    table(
        ["", "bar", "measured", "bound"],
        [["ok" if bar["holds"] else "MISSED", bar["name"], f"{bar['value']:.2f}",
          f"{'at most' if bar['at_most'] else 'at least'} {bar['bound']:g}"]
         for one in result["benchmarks"] for bar in one["bars"]],
        title="Bars",
    )  # fmt: skip
