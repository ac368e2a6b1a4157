"""`openmember pay`: post a payment through the one door."""

from typing import Annotated, Any

import typer

from openmember.cli.account import account_quoted, payment_as_dict
from openmember.cli.database import database
from openmember.cli.output import Json, Refusal, answer, line


def pay(
    number: Annotated[str, typer.Argument(help="The bill pay number, in any form.")],
    amount: Annotated[str, typer.Argument(help="Dollars, such as 12.50.")],
    key: Annotated[str, typer.Option(help="Makes a repeat harmless: one payment for each key.")],
    channel: Annotated[str, typer.Option(help="Where it was paid.")] = "command",
    method: Annotated[str, typer.Option(help="What it was paid with.")] = "cash",
    bill: Annotated[
        list[str] | None, typer.Option(help="A bill to settle (B-...); repeat for more.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Post a payment that has arrived, and print its receipt. The same key again posts nothing new."""
    with database():
        receipt = _post(number, amount, key, channel, method, bill or [])
    answer(receipt, as_json=as_json, otherwise=lambda: _print(receipt))


def _post(
    number: str, amount: str, key: str, channel: str, method: str, bills: list[str]
) -> dict[str, Any]:
    from openmember.billing.types import bill_id
    from openmember.kernel.money import BadAmount, cents_from_typed
    from openmember.kernel.references import BadReference
    from openmember.members.types import system
    from openmember.payments.jobs import office_today
    from openmember.payments.services.door import KeyReused, PaymentRefused, take_payment
    from openmember.payments.types import Channel, Method, PaymentRequest

    if not 1 <= len(key) <= 200:
        raise Refusal("A key has 1 to 200 characters.")
    account = account_quoted(number)
    try:
        request = PaymentRequest(
            key=key,
            amount_cents=cents_from_typed(amount),
            method=_one_of(Method, method),
            channel=_one_of(Channel, channel),
            payer="command",
            effective_on=office_today(),
            bill_ids=tuple(bill_id(reference) for reference in bills),
        )
        payment = take_payment(account=account, request=request, actor=system("command"))
    except BadAmount as bad:
        raise Refusal(
            f"{bad} is not an amount that can be paid: write dollars, such as 12.50."
        ) from bad
    except BadReference as bad:
        raise Refusal(
            f"{bad} is not a bill's reference; `openmember account show` lists them."
        ) from bad
    except KeyReused as reused:
        raise Refusal("This key was used for another payment. Nothing was posted.") from reused
    except PaymentRefused as refused:
        raise Refusal(f"Nothing was posted: {refused}.") from refused
    return payment_as_dict(payment)


def _one_of(words: Any, text: str) -> Any:
    """Return the word of an enumeration. Errors: bad usage, naming what there is."""
    try:
        return words(text)
    except ValueError as unknown:
        known = ", ".join(word.value for word in words)
        raise typer.BadParameter(f"{text} is not known; there are {known}.") from unknown


def _print(receipt: dict[str, Any]) -> None:
    from openmember.kernel.money import dollars_from_cents as dollars

    line(f"{receipt['reference']}  {dollars(receipt['amount_cents'])}  {receipt['status']}")
    for one in receipt["allocations"]:
        line(f"  {dollars(one['amount_cents']):>12}  {one['bill']}  {one['title']}")
    if receipt["credit_cents"]:
        line(f"  {dollars(receipt['credit_cents']):>12}  credit")
