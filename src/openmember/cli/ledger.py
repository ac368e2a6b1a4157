"""`openmember ledger check` and `openmember audit verify`: proving the records."""

from typing import Annotated

import typer

from openmember.cli.database import database
from openmember.cli.output import Json, answer, finish, line

ledger = typer.Typer(no_args_is_help=True, help="Prove the books.")
audit = typer.Typer(no_args_is_help=True, help="Prove the audit log.")


@ledger.callback()
def _ledger() -> None:
    """Prove the books."""


@audit.callback()
def _audit() -> None:
    """Prove the audit log."""


@ledger.command()
def check(as_json: Json = False) -> None:
    """Prove over the whole database that the books balance; exit 1 and name each difference."""
    with database():
        from openmember.payments.jobs import check_books

        differences = check_books()

    def show() -> None:
        for one in differences:
            line(f"{one.check}: {one.account_number or 'organisation'}: {one.explanation}")
        line(f"{len(differences)} differences" if differences else "The books balance.")

    answer({"ok": not differences, "differences": differences}, as_json=as_json, otherwise=show)
    finish(ok=not differences)


@audit.command()
def verify(
    head: Annotated[
        str | None, typer.Option(help="A head noted earlier: it must still be in the chain.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Recompute the audit chain and name each entry that was changed or removed; exit 1 if any was."""
    with database():
        from openmember.kernel.audit import services
        from openmember.kernel.audit.verify import verify as walk

        verdict = walk(head=head)
        if verdict.is_sound:
            services.seal()
            verdict = walk(head=head)

    def show() -> None:
        for fault in verdict.faults:
            line(fault)
        line(f"{verdict.entries} entries, {verdict.chained} chained, head {verdict.head or 'none'}")

    answer(
        {"ok": verdict.is_sound, "entries": verdict.entries, "chained": verdict.chained,
         "head": verdict.head, "faults": verdict.faults},
        as_json=as_json, otherwise=show,
    )  # fmt: skip
    finish(ok=verdict.is_sound)
