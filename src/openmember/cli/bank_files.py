"""What `openmember import` does with files of banks and payment networks."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openmember.cli.database import database
from openmember.cli.output import line
from openmember.kernel.money import dollars_from_cents

if TYPE_CHECKING:
    from openmember.payments.reconciliation.types import Taken

BAI2, STRIPE_PAYOUTS = "bai2", "stripe-payouts"
KINDS = frozenset({BAI2, STRIPE_PAYOUTS})


def recognise(head: bytes) -> str | None:
    """Return which of these formats the first bytes of a file are, or None."""
    from openmember.exchange.bai2 import looks_like_bai2

    if looks_like_bai2(head):
        return BAI2
    first = head.split(b"\n", 1)[0]
    return STRIPE_PAYOUTS if b"automatic_payout_id" in first and b"net" in first else None


def take_bai2_file(file: Path, dry_run: bool) -> dict[str, Any]:
    """Take a bank's statement days."""
    with database():
        from openmember.members.types import system
        from openmember.payments.reconciliation.services.bank_days import take_bai2

        return report(take_bai2(path=file, actor=system("import"), dry_run=dry_run))


def take_stripe_file(file: Path, dry_run: bool) -> dict[str, Any]:
    """Take Stripe's payout reconciliation report."""
    with database():
        from openmember.members.types import system
        from openmember.payments.reconciliation.services.payouts import take_stripe_report

        return report(take_stripe_report(path=file, actor=system("import"), dry_run=dry_run))


def report(taken: "Taken") -> dict[str, Any]:
    """Return what became of a file as plain values."""
    return {
        "format": taken.format,
        "sha256": taken.sha256,
        "accepted": taken.accepted,
        "already_taken": taken.already_taken,
        "dry_run": taken.dry_run,
        "effects": {
            "new": taken.new, "same": taken.same, "restated": taken.restated, "lines": taken.lines,
            "cents": taken.cents,
        },
        "gaps": [asdict(gap) for gap in taken.gaps],
        "notes": list(taken.notes),
        "problems": list(taken.problems),
    }  # fmt: skip


def print_report(name: str, said: dict[str, Any]) -> None:
    """Print what became of a file for people."""
    verdict = "would be taken:" if said["dry_run"] else "was taken:"
    if not said["accepted"]:
        verdict = "was refused whole; nothing was changed."
    elif said["already_taken"]:
        verdict = "was taken before; nothing was changed."
    line(f"{name} {verdict}")
    effects = said["effects"]
    for what, words in (("new", "new"), ("restated", "restated"), ("same", "known")):
        if effects[what]:
            line(f"  {effects[what]:>8} {words}")
    if said["accepted"]:
        line(f"  {effects['lines']:>8} lines, {dollars_from_cents(effects['cents'])} in all")
    for gap in said["gaps"]:
        line(
            f"  gap, account ending {gap['account'][-4:]}, {gap['after']} to {gap['before']}: {gap['reason']}"
        )
    for sentence in (*said["notes"], *said["problems"]):
        line(f"  {sentence}")
