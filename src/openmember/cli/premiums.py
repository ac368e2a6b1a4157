"""`openmember premiums`: bill a month of coverage, and take over rates."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, Refusal, Steps, answer, finish, line, progress, say, table

app = typer.Typer(no_args_is_help=True, help="Bill a month of coverage, and take over rates.")


@app.callback()
def premiums() -> None:
    """Bill a month of coverage, and take over rates."""


@app.command()
def run(
    month: Annotated[
        datetime, typer.Option(formats=["%Y-%m"], help="The month of coverage, such as 2026-12.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would come to.")] = False,
    reason: Annotated[str, typer.Option(help="Why a month is billed out of order.")] = "",
    accept_change: Annotated[
        bool, typer.Option("--accept-change", help="Bill even if the total changes a lot.")
    ] = False,
    workers: Annotated[
        int | None, typer.Option(min=1, max=64, help="Ranges of accounts worked on at a time.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Bill a month. Started again it finishes what was broken off; nothing is billed twice."""
    with database():
        result = _run(month.date(), dry_run, reason.strip(), accept_change, workers)
    answer(result, as_json=as_json, otherwise=lambda: _print(result))
    finish(ok=not result["stopped"])


@app.command()
def rates(
    file: Annotated[Path, typer.Argument(help="CSV: what plans cost by area, tier or age.")],
    as_json: Json = False,
) -> None:
    """Take a file of rates whole, or refuse it with every line at fault."""
    with database():
        result = _rates(file)
    answer(
        result, as_json=as_json,
        otherwise=lambda: line(
            f"{result['rows']} rates: {result['changed']} new or changed, {result['unchanged']} known,"
            f" {result['touched']} accounts to look into again"
        ),
    )  # fmt: skip


def _run(
    month: date, dry_run: bool, reason: str, accept_change: bool, workers: int | None
) -> dict[str, Any]:
    from django.conf import settings

    from openmember.billing.premiums.rules import OutOfOrder
    from openmember.billing.premiums.services import runs
    from openmember.members.types import system
    from openmember.payments.jobs import office_today
    from openmember.payments.services.premiums import run_premiums

    request = runs.RunRequest(
        month=month, today=office_today(), reason=reason, accept_change=accept_change,
        workers=workers or settings.PREMIUM_RUN_WORKERS,
    )  # fmt: skip
    actor = system("command")
    with _telling() as tell:
        try:
            if dry_run:
                return _told(runs.preview(request=request, actor=actor, progress=tell))
            return _told(run_premiums(request=request, actor=actor, progress=tell))
        except OutOfOrder as refused:
            raise Refusal(f"{refused}; to bill it all the same, say why with --reason.") from None
        except (runs.RunAtWork, runs.RunUnfinished) as refused:
            raise Refusal(f"Nothing was billed: {refused}.") from None
        except runs.ChangeTooLarge as refused:
            say(f"Nothing was billed: {refused}. If that is right, add --accept-change.")
            return {**_told(refused.run), "stopped": True}


def _rates(file: Path) -> dict[str, Any]:
    from dataclasses import asdict

    from openmember.billing.premiums.rates import BadRates
    from openmember.billing.premiums.services.rates import import_rates
    from openmember.members.types import system

    try:
        return asdict(import_rates(path=file, actor=system("command")))
    except OSError as wrong:
        raise Refusal(f"{file} cannot be read: {wrong.strerror}.") from wrong
    except BadRates as bad:
        for problem in bad.problems:
            say(problem)
        raise Refusal(f"{file.name} was not taken: {len(bad.problems)} problems.") from bad


@contextmanager
def _telling() -> Iterator[Callable[[str, int, int], None]]:
    """Show each step's progress; how long a step is, it says itself."""
    shown: dict[str, Steps] = {}
    with ExitStack() as steps:

        def tell(step: str, done: int, ranges: int) -> None:
            if step not in shown:
                steps.close()
                shown[step] = steps.enter_context(progress(step, total=ranges))
            shown[step].advance()

        yield tell


def _told(run: Any) -> dict[str, Any]:
    from openmember.billing.premiums import queries

    variance = queries.get_variance(run_id=run.id)
    bps = variance.change_bps
    return {
        "month": f"{run.month:%Y-%m}", "state": run.state, "stopped": False,
        "bills": run.bills, "billed_cents": run.billed_cents,
        "credits": run.credits, "credited_cents": run.credited_cents,
        "total_cents": run.total_cents, "corrections_cents": run.adjusted_cents,
        "month_before": f"{variance.before_month:%Y-%m}" if variance.before_month else None,
        "before_cents": variance.before_cents,
        "month_cents": variance.total_cents,
        "change_percent": None if bps is None else bps / 100,
        "totals": [
            {
                "coverage_type": one.coverage_type, "plan": one.plan, "coverages": one.coverages,
                "gross_cents": one.gross_cents, "aptc_cents": one.aptc_cents,
                "share_cents": one.share_cents, "corrections_cents": one.adjusted_cents,
                "before_cents": one.before_cents, "change_cents": one.change_cents,
            }
            for one in queries.list_totals(run_id=run.id)
        ],
        "unpriced": queries.list_unpriced(run_id=run.id),
    }  # fmt: skip


def _print(result: dict[str, Any]) -> None:
    from openmember.kernel.money import dollars_from_cents as dollars

    amounts = {
        "gross_cents": "gross", "aptc_cents": "tax credit", "share_cents": "to pay",
        "corrections_cents": "corrections", "before_cents": "last month", "change_cents": "change",
    }  # fmt: skip
    table(
        ["coverage", "plan", "coverages", *amounts.values()],
        [
            [one["coverage_type"], one["plan"] or "(corrections)", one["coverages"],
             *(dollars(one[name]) for name in amounts)]
            for one in result["totals"]
        ],
        title=f"{result['month']}: {result['state']}",
    )  # fmt: skip
    for one in result["unpriced"]:
        line(f"no rate: {one.coverage_type}, {one.plan}, {one.level}, area {one.area}: {one.spans}")
    change = result["change_percent"]
    line(
        f"{result['bills']} bills, {dollars(result['billed_cents'])} dollars; {result['credits']} credits,"
        f" {dollars(result['credited_cents'])}; in all {dollars(result['total_cents'])}"
        + (f", {change:+.1f} % against {result['month_before']}" if change is not None else "")
    )
