"""`openmember ach` and `openmember returns`: files to the bank, and what it sends back."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, Refusal, answer, finish, line, say

app = typer.Typer(no_args_is_help=True, help="Draw from members' bank accounts.")
returns = typer.Typer(no_args_is_help=True, help="Take what banks send back.")

Day = Annotated[
    datetime | None, typer.Option("--date", formats=["%Y-%m-%d"], help="The day; today.")
]


@returns.callback()
def _returns() -> None:
    """Take what banks send back."""


@app.command()
def file(
    out: Annotated[Path, typer.Option(help="The folder the files go into.")],
    day: Day = None,
    same_day: Annotated[
        bool, typer.Option("--same-day", help="Book today what asked for it.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write what is due into files for the bank. Again writes nothing new; killed, it goes on."""
    with database():
        from openmember.exchange.nacha.writer import NotWritable
        from openmember.members.types import system
        from openmember.payments.ach.originator import BadOriginator
        from openmember.payments.ach.sealing import BadKey, CannotOpen
        from openmember.payments.ach.services.files import FileRefused, make_files

        now = _now()
        try:
            made = make_files(
                file_on=day.date() if day else now.date(), now=now, folder=out,
                actor=system("ach"), same_day=same_day,
            )  # fmt: skip
        except (BadKey, BadOriginator, CannotOpen, FileRefused, NotWritable) as refused:
            raise Refusal(_sentence(refused)) from refused
    said = {
        "effective_on": made.effective_on,
        "written": [_as_dict(one) for one in made.written],
        "written_before": [_as_dict(one) for one in made.known],
    }
    answer(said, as_json=as_json, otherwise=lambda: _print_files(said))


@app.command()
def acknowledged(
    name: Annotated[str, typer.Argument(help="The file's name, such as ach-20261124-a.ach.")],
    as_json: Json = False,
) -> None:
    """Record that the bank took a file: its debits count. Again does nothing."""
    with database():
        from openmember.members.types import system
        from openmember.payments.ach.services.files import FileRefused, acknowledge_file

        try:
            done = acknowledge_file(
                file=_find(name), actor=system("ach"), progress=lambda done: say(f"{done} entries")
            )
        except FileRefused as refused:
            raise Refusal(_sentence(refused)) from refused
    _tell(done, as_json)


@app.command()
def rejected(
    name: Annotated[str, typer.Argument(help="The file's name.")],
    reason: Annotated[str, typer.Option(help="What the bank said.")],
    as_json: Json = False,
) -> None:
    """Record that the bank refused a file whole: its entries wait for the next one."""
    with database():
        from openmember.members.types import system
        from openmember.payments.ach.services.files import FileRefused, reject_file

        try:
            done = reject_file(file=_find(name), reason=reason, actor=system("ach"))
        except FileRefused as refused:
            raise Refusal(_sentence(refused)) from refused
    _tell(done, as_json)


@app.command()
def settle(day: Day = None, as_json: Json = False) -> None:
    """Settle the debits whose booking day has come, as the worker does every morning."""
    with database():
        from openmember.members.types import system
        from openmember.payments.ach.services.files import settle_files

        count = settle_files(on=day.date() if day else _now().date(), actor=system("ach"))
    answer({"batches": count}, as_json=as_json, otherwise=lambda: line(f"{count} batches settled"))


@returns.command("import")
def import_returns(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="An ACH file.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only judge the file.")] = False,
    as_json: Json = False,
) -> None:
    """Take a file of returns and corrections. Exit 1 when it was refused whole."""
    said = take_file(path, dry_run)
    answer(said, as_json=as_json, otherwise=lambda: print_report(path.name, said))
    finish(ok=said["accepted"])


def take_file(path: Path, dry_run: bool) -> dict[str, Any]:
    """Take an ACH file for `openmember import` and return what to report."""
    if not path.is_file():
        raise Refusal(f"{path} cannot be read: there is no such file.")
    with database():
        from openmember.exchange.nacha.summaries import as_dict
        from openmember.members.types import system
        from openmember.payments.ach.services.returns import take_answers

        taken = take_answers(
            path=path, actor=system("import"), dry_run=dry_run,
            progress=lambda done, ranges: say(f"range {done} of {ranges}"),
        )  # fmt: skip
        receipts = _take_credits(path) if taken.accepted and not dry_run else {}
    return {
        "format": "nacha",
        "sha256": taken.sha256,
        "accepted": taken.accepted,
        "already_taken": taken.already_taken,
        "dry_run": taken.dry_run,
        "computed": as_dict(taken.report),
        "returns": taken.returns,
        "changes": taken.changes,
        "posted": taken.posted,
        "exceptions": taken.exceptions,
        "receipts": receipts,
        "problems": [asdict(problem) for problem in taken.report.problems],
    }


def _take_credits(path: Path) -> dict[str, Any]:
    """Take what others sent us in the same file, and return what became of it."""
    from openmember.cli.bank_files import report, worked
    from openmember.members.types import system
    from openmember.payments.receipts.services.intake import take_ach_credits

    taken = take_ach_credits(path=path, actor=system("import"))
    return {**report(taken), **worked(taken)} if taken.lines or not taken.accepted else {}


def print_report(name: str, said: dict[str, Any]) -> None:
    """Print for people what `take_file` returned."""
    from openmember.kernel.money import dollars_from_cents as dollars

    totals = said["computed"]["computed"]
    line(f"{name} {_verdict(said)}")
    line(
        f"  {totals['entries']} entries, {dollars(totals['debit_cents'])} of debits,"
        f" {dollars(totals['credit_cents'])} of credits"
    )
    for row in said["returns"]:
        what = f"{row['code']} {row['outcome']}, {row['action']}"
        line(f"  {row['count']:>8} {what}: {dollars(row['cents'])}")
    for what, count in said["changes"].items():
        line(f"  {count:>8} changes {what.replace('_', ' ')}")
    for one in said["problems"]:
        line(f"  {one['severity'].value}, line {one['line']}: {one['message']}")


def _verdict(said: dict[str, Any]) -> str:
    if not said["accepted"]:
        return "was refused whole; nothing was changed."
    if said["already_taken"]:
        return "was taken before; nothing was changed."
    return "can be taken:" if said["dry_run"] else "was taken:"


def _find(name: str) -> Any:
    from openmember.payments.ach.queries import UnknownFile, get_file

    try:
        return get_file(name=Path(name).name)
    except UnknownFile as unknown:
        raise Refusal(f"No file of ours is called {Path(name).name}.") from unknown


def _now() -> datetime:
    from zoneinfo import ZoneInfo

    from django.conf import settings
    from django.utils import timezone

    return timezone.now().astimezone(ZoneInfo(settings.TIME_ZONE))


def _sentence(refused: Exception) -> str:
    said = str(refused)
    return said[:1].upper() + said[1:].rstrip(".") + "."


def _as_dict(one: Any) -> dict[str, Any]:
    return {
        "name": one.name, "status": one.status, "entries": one.entries, "debit_cents": one.debit_cents,
        "credit_cents": one.credit_cents, "effective_on": one.effective_on, "sha256": one.sha256,
    }  # fmt: skip


def _tell(one: Any, as_json: bool) -> None:
    said = _as_dict(one)
    answer(said, as_json=as_json, otherwise=lambda: line(f"{one.name} is {one.status.value}"))


def _print_files(said: dict[str, Any]) -> None:
    from openmember.kernel.money import dollars_from_cents as dollars

    for what, files in (("written", said["written"]), ("written before", said["written_before"])):
        for one in files:
            line(
                f"{one['name']}  {what}: {one['entries']} entries, {dollars(one['debit_cents'])} debits,"
                f" {dollars(one['credit_cents'])} credits"
            )
    if not said["written"]:
        line("Nothing is due that was not written before.")
