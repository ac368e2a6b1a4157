"""`openmember account`: one account, as its holder's bills and the ledger have it."""

from typing import Annotated, Any

import typer

from openmember.cli.batch import Batch, either, run_batch
from openmember.cli.database import database
from openmember.cli.output import Json, Refusal, answer, line, table

app = typer.Typer(no_args_is_help=True, help="Look at accounts, and join two.")


@app.callback()
def account() -> None:
    """Look at accounts, and join two."""


@app.command()
def show(
    number: Annotated[str, typer.Argument(help="The bill pay number, in any form.")],
    as_json: Json = False,
) -> None:
    """Show the holder, balances by line, open bills, payments and credit."""
    with database():
        found = overview(number)
    answer(found, as_json=as_json, otherwise=lambda: _print(found))


@app.command()
def merge(
    number: Annotated[str, typer.Argument(help="The account to join to the other.")],
    into: Annotated[str, typer.Argument(help="The account that stays.")],
    as_json: Json = False,
) -> None:
    """Join two accounts. Both numbers keep working and lead to the one that stays."""
    with database():
        from openmember.accounts.services import CannotMerge
        from openmember.members.types import system
        from openmember.payments.jobs import office_today
        from openmember.payments.services.corrections import merge_accounts

        first, second = account_quoted(number), account_quoted(into)
        try:
            joined = merge_accounts(
                account=first, into=second, merged_on=office_today(), actor=system("command")
            )
        except CannotMerge as problem:
            raise Refusal(f"{problem}.") from problem
        numbers = list(joined.numbers)
    answer({"account": numbers[0], "numbers": numbers}, as_json=as_json,
           otherwise=lambda: line(" and ".join(numbers) + f" lead to {numbers[0]}"))  # fmt: skip


@app.command()
def adopt(
    number: Annotated[str | None, typer.Argument(help="The number, exactly as printed.")] = None,
    mrn: Annotated[str | None, typer.Argument(help="The holder's medical record number.")] = None,
    batch: Batch = None,
    as_json: Json = False,
) -> None:
    """Open an account under a number from before OpenMember, leading zeros and all."""
    in_batch = either(batch, number=number, mrn=mrn)
    with database():
        if in_batch and batch:
            run_batch(
                batch,
                required=["number", "mrn"],
                results=["adopted"],
                answer=lambda row: {"adopted": _adopt(row["number"], row["mrn"])},
            )
        adopted = _adopt(number or "", mrn or "")
    answer({"account": adopted}, as_json=as_json, otherwise=lambda: line(adopted))


def _adopt(number: str, mrn: str) -> str:
    from openmember.accounts.services import NumberRefused, import_legacy_account
    from openmember.members.queries import find_member_by_mrn
    from openmember.members.types import system

    holder = find_member_by_mrn(mrn=mrn)
    if holder is None:
        raise Refusal("No member has this medical record number.")
    try:
        account = import_legacy_account(number=number, holder_id=holder.id, actor=system("command"))
    except NumberRefused as refused:
        raise Refusal(f"The number cannot be taken over: {refused}.") from refused
    return account.number


def account_quoted(text: str) -> Any:
    """Return the account a typed number leads to. Errors: Refusal with the reason."""
    from openmember.accounts.queries import recognise
    from openmember.accounts.types import EXPLANATIONS

    recognised = recognise(text)
    if recognised.account is None:
        raise Refusal(EXPLANATIONS[recognised.reason])
    return recognised.account


def overview(text: str) -> dict[str, Any]:
    """Return what is known of the account a typed number leads to, audited."""
    from openmember.accounts.rules import format_number
    from openmember.billing.overview import get_overview
    from openmember.kernel.audit import services as audit
    from openmember.members.types import system
    from openmember.payments.jobs import office_today
    from openmember.payments.queries import list_payments

    account = account_quoted(text)
    seen = get_overview(number=account.number, today=office_today())
    payments = list_payments(numbers=account.numbers, limit=20)
    audit.record(actor=str(system("command")), action="account.read", account_number=account.number)
    return {
        "number": account.number,
        "formatted": format_number(account.number),
        "numbers": list(account.numbers),
        "holder": {"name": str(seen.holder_name), "mrn": seen.holder_mrn},
        "region": seen.region,
        "balances": {
            "premium_cents": seen.balance.premium_cents,
            "medical_cents": seen.balance.medical_cents,
            "pharmacy_cents": seen.balance.pharmacy_cents,
            "credit_cents": seen.balance.credit_cents,
            "refunds_cents": seen.balance.refunds_cents,
            "owed_cents": seen.balance.owed_cents,
        },
        "open_bills": [
            {
                "id": bill.reference,
                "line": bill.line.value,
                "title": bill.title,
                "due_on": bill.due_on,
                "amount_cents": bill.amount_cents,
                "open_cents": bill.open_cents,
                "status": bill.status.value,
            }
            for bill in seen.open_bills
        ],
        "payments": [payment_as_dict(payment) for payment in payments.payments],
        "payments_total": payments.total,
        "as_of": seen.balance.as_of,
    }


def payment_as_dict(payment: Any) -> dict[str, Any]:
    """Return a payment as reports show it: the receipt."""
    return {
        "reference": payment.reference,
        "account": payment.account_number,
        "amount_cents": payment.amount_cents,
        "status": payment.status.value,
        "method": payment.method.value,
        "channel": payment.channel.value,
        "effective_on": payment.effective_on,
        "received_at": payment.created_at,
        "allocations": [
            {"bill": one.bill_reference, "line": one.line.value, "title": one.bill_title,
             "amount_cents": one.amount_cents}
            for one in payment.allocations
        ],
        "credit_cents": payment.unapplied_cents,
        "refunded_cents": payment.refunded_cents,
    }  # fmt: skip


def _print(found: dict[str, Any]) -> None:
    from openmember.kernel.money import dollars_from_cents as dollars

    balances = found["balances"]
    line(f"{found['formatted']}  {found['holder']['name']}  (MRN {found['holder']['mrn']})")
    table(
        ["premium", "medical", "pharmacy", "owed", "credit"],
        [[dollars(balances[f"{name}_cents"])
          for name in ("premium", "medical", "pharmacy", "owed", "credit")]],
    )  # fmt: skip
    if found["open_bills"]:
        table(
            ["bill", "line", "due", "open", "status", "for"],
            [[bill["id"], bill["line"], bill["due_on"], dollars(bill["open_cents"]),
              bill["status"], bill["title"]] for bill in found["open_bills"]],
            title="Open bills",
        )  # fmt: skip
    if found["payments"]:
        table(
            ["payment", "on", "amount", "method", "channel", "status"],
            [[one["reference"], one["effective_on"], dollars(one["amount_cents"]), one["method"],
              one["channel"], one["status"]] for one in found["payments"]],
            title="Latest payments",
        )  # fmt: skip
    line(f"As of {found['as_of']:%Y-%m-%d %H:%M:%S} UTC")
