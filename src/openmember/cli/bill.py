"""`openmember bill raise`: bill an account by hand."""

from datetime import datetime, timedelta
from typing import Annotated, Any

import typer

from openmember.cli.account import account_quoted
from openmember.cli.database import database
from openmember.cli.output import Json, Refusal, answer, line

app = typer.Typer(no_args_is_help=True, help="Raise bills.")


@app.callback()
def bill() -> None:
    """Raise bills."""


@app.command(name="raise")
def raise_(
    number: Annotated[str, typer.Argument(help="The bill pay number, in any form.")],
    amount: Annotated[str, typer.Argument(help="Dollars, such as 12.50.")],
    key: Annotated[
        str, typer.Option(help="Makes a repeat harmless: one bill a month for each key.")
    ],
    line_: Annotated[str, typer.Option("--line", help="premium, medical or pharmacy.")] = "medical",
    title: Annotated[str, typer.Option(help="What it is for.")] = "Bill",
    due_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day to pay; in 30 days.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Raise a bill of one line. The same key in the same month returns the bill there is."""
    with database():
        raised = _raise(number, amount, key, line_, title, due_on)
    answer(
        raised, as_json=as_json, otherwise=lambda: line(f"{raised['id']} due {raised['due_on']}")
    )


def _raise(
    number: str, amount: str, key: str, line_: str, title: str, due_on: datetime | None
) -> dict[str, Any]:
    from openmember.billing.services import BillRefused
    from openmember.billing.types import BillLine, Line
    from openmember.kernel.money import BadAmount, cents_from_typed
    from openmember.members.types import system
    from openmember.payments.jobs import office_today
    from openmember.payments.services.charging import charge

    today = office_today()
    try:
        raised = charge(
            account=account_quoted(number),
            key=key,
            line=Line(line_),
            title=title,
            lines=(BillLine(title, cents_from_typed(amount)),),
            issued_on=today,
            due_on=due_on.date() if due_on else today + timedelta(days=30),
            actor=system("command"),
        )
    except BadAmount as bad:
        raise Refusal(f"{bad} is not an amount: write dollars, such as 12.50.") from bad
    except BillRefused as refused:
        raise Refusal(f"No bill was raised: {refused}") from refused
    except ValueError as unknown:
        raise typer.BadParameter("--line is premium, medical or pharmacy.") from unknown
    return {
        "id": raised.reference,
        "account": raised.account_number,
        "line": raised.line.value,
        "amount_cents": raised.amount_cents,
        "open_cents": raised.open_cents,
        "issued_on": raised.issued_on,
        "due_on": raised.due_on,
        "status": raised.status.value,
    }
