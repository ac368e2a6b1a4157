"""The `openmember` command: a table of commands, each loaded only when it is called.

To add one:

1. Write `cli/<noun>.py` with `app = typer.Typer(no_args_is_help=True)` for a noun with several
   verbs (`openmember ledger check`), or one function for a command by itself (`openmember pay`).
   Its docstring is its help. Import Django, models and services inside the function, under
   `with database():`, so that `--help` stays fast.
2. Add its line to COMMANDS below: name, where it is, one line of help.
3. Report as `cli/output.py` says (`--json`, exit codes), and refuse with `Refusal`.
"""

import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup

from openmember.cli import output


class Place(NamedTuple):
    """Where a command is (`module:attribute`) and what `openmember --help` says of it."""

    target: str
    help: str


COMMANDS: dict[str, Place] = {
    "serve": Place("openmember.cli.serve:serve", "Start everything: database, web, worker."),
    "prepare": Place("openmember.cli.prepare:prepare", "Bring the database up to date."),
    "demo": Place("openmember.cli.demo:demo", "Load a believable plan to try things on."),
    "number": Place("openmember.cli.number:app", "Recognise bill pay numbers."),
    "grace": Place("openmember.cli.grace:app", "Work on unpaid premiums."),
    "route": Place("openmember.cli.route:app", "Say whom to contact about a need."),
    "clock": Place("openmember.cli.clock:app", "Deadlines, each with the law that sets it."),
    "account": Place("openmember.cli.account:app", "Look at accounts, and join two."),
    "bill": Place("openmember.cli.bill:app", "Raise bills."),
    "statements": Place("openmember.cli.statements:app", "Make monthly statements."),
    "cases": Place("openmember.cli.cases:app", "Prove what is stored of cases."),
    "dispute": Place("openmember.cli.dispute:app", "What a change of law does to disputes."),
    "letters": Place("openmember.cli.letters:app", "Send letters."),
    "premiums": Place("openmember.cli.premiums:app", "Bill a month of coverage; take over rates."),
    "pay": Place("openmember.cli.pay:pay", "Post a payment through the one door."),
    "phone": Place("openmember.cli.phone:app", "Call the payment line from the terminal."),
    "push": Place("openmember.cli.push:app", "Tell members' devices of news."),
    "autopay": Place("openmember.cli.autopay:app", "Make automatic payments."),
    "ach": Place("openmember.cli.ach:app", "Draw from members' bank accounts."),
    "returns": Place("openmember.cli.ach:returns", "Take what banks send back."),
    "import": Place("openmember.cli.importing:import_", "Take in a file of the trade."),
    "charges": Place("openmember.cli.charges:app", "Charge visits and dispensings."),
    "oauth": Place("openmember.cli.oauth:app", "Apps that may ask members for access."),
    "staff": Place("openmember.cli.staff:app", "Add people on the staff, and let them in again."),
    "refunds": Place("openmember.cli.refunds:app", "Give credit back."),
    "ledger": Place("openmember.cli.ledger:ledger", "Prove the books."),
    "reconcile": Place("openmember.cli.reconcile:reconcile", "Match the bank with the books."),
    "month": Place("openmember.cli.reconcile:month", "Look at a month, and close it."),
    "audit": Place("openmember.cli.ledger:audit", "Prove the audit log."),
    "database": Place("openmember.cli.backup:app", "Back up and restore the database."),
    "bench": Place("openmember.cli.bench:bench", "Measure, and print figures and ratios."),
    "doctor": Place("openmember.cli.doctor:doctor", "Say what is configured and what is wrong."),
}


COMPLETION = ("install_completion", "show_completion")


class LazyCommands(TyperGroup):
    """The table as a group. Help is read from the table; a command's module when it runs."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        # Only listings ask here; what runs comes from resolve_command.
        place = COMMANDS.get(cmd_name)
        return typer.core.TyperCommand(cmd_name, help=place.help) if place else None

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, found, rest = super().resolve_command(ctx, args)
        return name, load(name) if name and found else found, rest


def load(name: str) -> Any:
    """Import one command."""
    module, _, attribute = COMMANDS[name].target.partition(":")
    found = getattr(import_module(module), attribute)
    app = found
    if not isinstance(found, typer.Typer):
        app = typer.Typer()
        app.command(name)(found)
    command = typer.main.get_command(app)
    command.name = name
    # The table is not known to shell completion, so it is not offered by its parts either.
    command.params = [p for p in command.params if p.name not in COMPLETION]
    return command


def application() -> LazyCommands:
    """Return the whole command."""
    return LazyCommands(
        name="openmember",
        help="Run OpenMember: member bill-pay and customer care for a health plan.",
        no_args_is_help=True,
        # For the suggestions after a mistyped name.
        commands={name: typer.core.TyperCommand(name) for name in COMMANDS},
    )


def run(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and exit. This is the console script."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in words
    if as_json or "--batch" in words:
        output.keep_stdout_clean()
    try:
        application().main(args=words, prog_name="openmember")
    except Exception as error:
        sentence = sentence_of(error)
        if sentence is None:
            # Python's own traceback: rich's would print local variables, which hold members' data.
            traceback.print_exc()
            sentence = f"{type(error).__name__}: this is a fault of OpenMember, please report it."
        output.say(f"openmember: {sentence}")
        if as_json:
            output.answer({"error": sentence}, as_json=True, otherwise=lambda: None)
        sys.exit(1)


def sentence_of(error: Exception) -> str | None:
    """Return what to tell people of an error that is not a fault of ours, else None."""
    from openmember.config.environment import BadEnvironment
    from openmember.kernel.embedded.problems import EmbeddedProblem

    if isinstance(error, output.Refusal | BadEnvironment | EmbeddedProblem):
        return str(error)
    if "django.db" in sys.modules:
        from django.db.utils import InterfaceError, OperationalError

        if isinstance(error, OperationalError | InterfaceError):
            reason = (str(error).strip() or "no reason given").splitlines()[0]
            return f"The database stopped answering ({reason}): try `openmember doctor`."
    return None


if __name__ == "__main__":
    run()
