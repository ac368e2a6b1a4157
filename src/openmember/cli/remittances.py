"""What `openmember import` does with remittances: premiums (X12 820) and claims (X12 835)."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from openmember.cli.database import database
from openmember.cli.output import line

_LISTED = 50


def take_820_file(file: Path, dry_run: bool) -> dict[str, Any]:
    """Take a premium remittance and return the report of it."""
    with database():
        from openmember.members.types import system
        from openmember.payments.remittances.services.intake import take_820

        return _report("x12-820", take_820(path=file, actor=system("import"), dry_run=dry_run))


def take_835_file(file: Path, dry_run: bool) -> dict[str, Any]:
    """Take a remittance of claims and return the report of it."""
    with database():
        from openmember.members.types import system
        from openmember.payments.jobs import office_today
        from openmember.payments.remittances.services.claims import take_835

        taken = take_835(path=file, on=office_today(), actor=system("import"), dry_run=dry_run)
        return _report("x12-835", taken)


def print_report(name: str, result: dict[str, Any]) -> None:
    """Print a report for people."""
    line(f"{name} {_verdict(result)}")
    for effect, count in result["effects"].items():
        if count:
            line(f"  {count:>8} {effect.replace('_', ' ')}")
    for one in result["exceptions"][:_LISTED]:
        line(f"  waits for a person, segment {one['segment_number']}: {one['message']}")
        for difference in one["differences"]:
            line(f"    {difference}")
    if len(result["exceptions"]) > _LISTED:
        line(f"  and {len(result['exceptions']) - _LISTED} more")
    for one in result["problems"]:
        where = f"segment {one['segment_number']} {one['element'] or one['segment_id']}"
        line(f"  {one['severity'].value}, {where}: {one['message']}")


def _report(kind: str, taken: Any) -> dict[str, Any]:
    return {
        "format": kind,
        "sha256": taken.sha256,
        "accepted": taken.accepted,
        "already_taken": taken.already_taken,
        "dry_run": taken.dry_run,
        "transactions": [
            {"guide": transaction["guide"], "control": transaction["control"]}
            | {
                key: value
                for key, value in transaction["business"].items()
                if key != "claim_detail"
            }
            for interchange in taken.report["interchanges"]
            for group in interchange["groups"]
            for transaction in group["transactions"]
        ],
        **taken.report,
        "effects": asdict(taken.effects),
        "exceptions": [asdict(one) for one in taken.exceptions],
        "problems": [asdict(one) for one in taken.problems],
    }


def _verdict(result: dict[str, Any]) -> str:
    if any(one["severity"] == "error" for one in result["problems"]):
        return "was refused whole; nothing was changed."
    if result["already_taken"]:
        return "was taken before; nothing was changed."
    verdict = "would do:" if result["dry_run"] else "was taken:"
    return (
        verdict
        if result["accepted"]
        else f"does not add up, and is kept for a person. It {verdict}"
    )
