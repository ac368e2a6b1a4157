"""Billing an account that may hold credit."""

from datetime import date

from django.db import transaction

from openmember.accounts.types import Account
from openmember.billing import queries as billing
from openmember.billing import services
from openmember.billing.types import Bill, BillLine, Line
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import fetch_one
from openmember.members.types import Actor
from openmember.payments.services.door import line_order


@transaction.atomic
def charge(
    *,
    account: Account,
    key: str,
    line: Line,
    title: str,
    lines: tuple[BillLine, ...],
    issued_on: date,
    due_on: date,
    actor: Actor,
) -> Bill:
    """Raise a bill and settle what is open from credit the account holds, as members are told it will be.

    Errors: those of `billing.services.raise_bill`.
    """
    bill = services.raise_bill(
        account=account, key=key, line=line, title=title, lines=lines,
        issued_on=issued_on, due_on=due_on, actor=actor,
    )  # fmt: skip
    used = use_credit(account=account, on=issued_on, actor=actor)
    if not used:
        return bill
    return billing.get_bill(numbers=account.numbers, bill_id=bill.id, today=issued_on)


@transaction.atomic
def use_credit(*, account: Account, on: date, actor: Actor) -> int:
    """Put the account's credit on its open bills by the rule and return how many cents were put."""
    row = fetch_one(
        "SELECT payments_use_credit(%(number)s, %(order)s, %(on)s, %(actor)s) AS cents",
        {"number": account.number, "order": line_order(), "on": on, "actor": str(actor)},
    )
    if row.cents:
        audit.record(
            actor=str(actor), action="credit.use", account_number=account.number, cents=row.cents
        )
    return int(row.cents)
