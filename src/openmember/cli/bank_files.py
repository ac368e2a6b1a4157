"""What `openmember import` does with files of banks and payment networks."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openmember.cli.database import database
from openmember.cli.output import line, say
from openmember.kernel.money import dollars_from_cents

if TYPE_CHECKING:
    from openmember.payments.reconciliation.types import Taken

BAI2, STRIPE_PAYOUTS = "bai2", "stripe-payouts"
MT940, CAMT, LOCKBOX = "mt940", "camt", "lockbox"
KINDS = frozenset({BAI2, STRIPE_PAYOUTS, MT940, CAMT, LOCKBOX})
# What became of receipts, in words.
RECEIPTS = {
    "posted": "payments posted to the account their text names",
    "held": "unidentified: a person decides at the desk",
    "withdrawn": "withdrawn, because the bank took the line back",
    "lost": "posted before, and the bank took the line back: they are among the exceptions",
}


def recognise(head: bytes) -> str | None:
    """Return which of these formats the first bytes of a file are, or None."""
    from openmember.exchange.bai2 import looks_like_bai2
    from openmember.exchange.camt import looks_like_camt
    from openmember.exchange.lockbox import looks_like_lockbox
    from openmember.exchange.mt940 import looks_like_mt940

    if looks_like_bai2(head):
        return BAI2
    for kind, looks_like in (
        (CAMT, looks_like_camt),
        (MT940, looks_like_mt940),
        (LOCKBOX, looks_like_lockbox),
    ):
        if looks_like(head):
            return kind
    first = head.split(b"\n", 1)[0]
    return STRIPE_PAYOUTS if b"automatic_payout_id" in first and b"net" in first else None


def take_bai2_file(file: Path, dry_run: bool) -> dict[str, Any]:
    """Take a bank's statement days, and the payments among their lines."""
    with database():
        from openmember.exchange import bai2
        from openmember.members.types import system
        from openmember.payments.reconciliation.services.bank_days import take_bai2

        taken = take_bai2(path=file, actor=system("import"), dry_run=dry_run)
        return {
            **bai2.report_as_dict(bai2.read_bai2(file.read_bytes())),
            **report(taken),
            **worked(taken),
        }


def take_mt940_file(file: Path, dry_run: bool) -> dict[str, Any]:
    """Take statements in SWIFT's format, and the payments among their lines."""
    with database():
        from openmember.exchange import mt940
        from openmember.payments.receipts.services.intake import take_mt940

        def read(content: bytes) -> dict[str, Any]:
            return mt940.report_as_dict(mt940.read_mt940(content))

        return _taken(file, dry_run, take_mt940, read)


def take_camt_file(file: Path, dry_run: bool) -> dict[str, Any]:
    """Take an ISO 20022 statement or advice, and the payments in it."""
    with database():
        from openmember.exchange import camt
        from openmember.payments.receipts.services.intake import take_camt

        return _taken(
            file, dry_run, take_camt, lambda content: camt.report_as_dict(camt.read_camt(content))
        )


def take_lockbox_file(file: Path, dry_run: bool) -> dict[str, Any]:
    """Take the checks of a lockbox."""
    with database():
        from openmember.exchange import lockbox
        from openmember.payments.receipts.services.intake import take_lockbox

        return _taken(
            file,
            dry_run,
            take_lockbox,
            lambda content: lockbox.report_as_dict(lockbox.read_lockbox(content)),
        )


def _taken(
    file: Path,
    dry_run: bool,
    take: "Callable[..., Taken]",
    read: Callable[[bytes], dict[str, Any]],
) -> dict[str, Any]:
    from openmember.members.types import system

    taken = take(path=file, actor=system("import"), dry_run=dry_run)
    return {**read(file.read_bytes()), **report(taken), **worked(taken)}


def worked(taken: "Taken") -> dict[str, Any]:
    """Post what is surely somebody's among what was taken, and return what became of it."""
    from openmember.members.types import system
    from openmember.payments.receipts.services.working import work_receipts

    if not taken.accepted or taken.dry_run:
        return {"receipts": {}}
    done = work_receipts(actor=system("import"), progress=lambda count: say(f"{count} receipts"))
    return {"receipts": asdict(done)}


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
    _print_effects(said)
    for gap in said["gaps"]:
        line(
            f"  gap, account ending {gap['account'][-4:]}, {gap['after']} to {gap['before']}: {gap['reason']}"
        )
    for sentence in (*said["notes"], *said["problems"]):
        line(f"  {sentence}")


def _print_effects(said: dict[str, Any]) -> None:
    effects = said["effects"]
    for what, words in (("new", "new"), ("restated", "restated"), ("same", "known")):
        if effects[what]:
            line(f"  {effects[what]:>8} {words}")
    if said["accepted"]:
        line(f"  {effects['lines']:>8} lines, {dollars_from_cents(effects['cents'])} in all")
    for what, count in said.get("receipts", {}).items():
        if count:
            line(f"  {count:>8} {RECEIPTS[what]}")
