"""`openmember import`: take in a file of the trade, recognised by its content."""

from dataclasses import asdict
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, Refusal, answer, finish, line, say

_HEAD_BYTES = 8192
_EVERY = 10_000

# Besides enrolment files: what takes each format, as module:function of (file, dry_run), and what prints its
# report. The report's "accepted" decides the exit.
TAKERS = {
    "nacha": ("openmember.cli.ach:take_file", "openmember.cli.ach:print_report"),
    "x12-820": (
        "openmember.cli.remittances:take_820_file",
        "openmember.cli.remittances:print_report",
    ),
    "x12-835": (
        "openmember.cli.remittances:take_835_file",
        "openmember.cli.remittances:print_report",
    ),
    "bai2": ("openmember.cli.bank_files:take_bai2_file", "openmember.cli.bank_files:print_report"),
    "mt940": (
        "openmember.cli.bank_files:take_mt940_file",
        "openmember.cli.bank_files:print_report",
    ),
    "camt": ("openmember.cli.bank_files:take_camt_file", "openmember.cli.bank_files:print_report"),
    "lockbox": (
        "openmember.cli.bank_files:take_lockbox_file",
        "openmember.cli.bank_files:print_report",
    ),
    "stripe-payouts": (
        "openmember.cli.bank_files:take_stripe_file",
        "openmember.cli.bank_files:print_report",
    ),
}


def import_(
    file: Annotated[Path, typer.Argument(help="The file, such as an X12 834.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change.")] = False,
    coverage_type: Annotated[
        str, typer.Option(help="Kind of coverage of a sponsor never seen before.")
    ] = "employer",
    end_missing_on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day for those a full file leaves out."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Take a file whole or not at all, and report what it did. Exit 1 when it was refused."""
    kind = _recognise(file)
    if kind in TAKERS:
        take, print_report = map(_load, TAKERS[kind])
        said = take(file, dry_run)
        answer(said, as_json=as_json, otherwise=lambda: print_report(file.name, said))
        finish(ok=said["accepted"])
    if kind != "x12-834":
        raise Refusal(f"{file.name} is no file that can be taken in: it looks like {kind}.")
    with database():
        from openmember.coverage.services.intake import take_834
        from openmember.coverage.types import CoverageType
        from openmember.members.types import system

        if coverage_type not in set(CoverageType):
            raise typer.BadParameter(f"--coverage-type is one of {', '.join(CoverageType)}.")
        taken = take_834(
            path=file,
            actor=system("import"),
            coverage_type=CoverageType(coverage_type),
            dry_run=dry_run,
            end_missing_on=end_missing_on.date() if end_missing_on else None,
            progress=lambda done: say(f"{done} members") if done % _EVERY == 0 else None,
        )
    result = _report(kind, taken)
    answer(result, as_json=as_json, otherwise=lambda: _print(file.name, result))
    finish(ok=taken.accepted)


def _load(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def _recognise(file: Path) -> str:
    from openmember.cli.bank_files import recognise as recognise_bank_file
    from openmember.exchange.nacha.reader import recognise as is_nacha
    from openmember.exchange.x12.recognition import recognise

    try:
        with file.open("rb") as source:
            head = source.read(_HEAD_BYTES)
    except OSError as error:
        raise Refusal(f"{file} cannot be read: {error.strerror}.") from error
    if kind := recognise_bank_file(head):
        return kind
    if is_nacha(head):
        return "nacha"
    # An X12 file too damaged to name its set is still judged as one, so that every fault is listed.
    return recognise(head) or ("x12-834" if head.lstrip()[:3] == b"ISA" else "nothing known")


def _report(kind: str, taken: Any) -> dict[str, Any]:
    effects = asdict(taken.effects)
    return {
        "format": kind,
        "sha256": taken.sha256,
        "accepted": taken.accepted,
        "already_taken": taken.already_taken,
        "dry_run": taken.dry_run,
        "transactions": [
            {
                "guide": transaction["guide"],
                "control": transaction["control"],
                "members": transaction["business"]["members"],
                "subscribers": transaction["business"]["subscribers"],
                "dependents": transaction["business"]["dependents"],
                "action": transaction["business"]["bgn08_action"],
                "maintenance_types": transaction["business"]["maintenance_types"],
            }
            for interchange in taken.interchanges
            for group in interchange["groups"]
            for transaction in group["transactions"]
            if "business" in transaction
        ],
        "interchanges": taken.interchanges,
        "effects": {name: value for name, value in effects.items() if isinstance(value, int)},
        "differences": effects["differences"],
        "exceptions": effects["not_applied"],
        "problems": [asdict(problem) for problem in taken.problems],
    }


def _print(name: str, result: dict[str, Any]) -> None:
    line(f"{name} {_verdict(result)}")
    for one in result["transactions"]:
        line(
            f"  {one['guide']} {one['control']}: {one['members']} members, {one['subscribers']}"
            f" subscribers, {one['dependents']} dependents, action {'/'.join(one['action'])}"
        )
    for effect, count in result["effects"].items():
        if count:
            line(f"  {count:>8} {effect.replace('_', ' ')}")
    for difference in result["differences"]:
        line(f"  differs, {difference}")
    for one in result["exceptions"]:
        line(f"  kept for a person, segment {one['segment_number']}: {one['message']}")
    for one in result["problems"]:
        where = f"segment {one['segment_number']} {one['element'] or one['segment_id']}"
        line(f"  {one['severity'].value}, {where}: {one['message']}")


def _verdict(result: dict[str, Any]) -> str:
    if not result["accepted"]:
        return "was refused whole; nothing was changed."
    if result["already_taken"]:
        return "was taken before; nothing was changed."
    return "would do:" if result["dry_run"] else "was taken:"
