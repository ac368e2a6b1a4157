"""Raising and changing bills."""

import json
from datetime import date

from django.db import transaction

from openmember.accounts.types import Account
from openmember.billing import queries
from openmember.billing.types import Bill, BillLine, Line
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import Refused, fetch_all, fetch_one
from openmember.ledger.types import Code
from openmember.members.types import Actor, Scope


class BillRefused(Exception):
    """The bill cannot be raised or changed so; the message says why in words."""


@transaction.atomic
def raise_bill(
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
    """Bill an account. The same `key` within one month returns the bill there is.

    Errors: NotAllowed; BillRefused, also when the key was used with other contents.
    Locks:  the account's balance row.
    """
    actor.require(Scope.RAISE_BILL)
    if due_on < issued_on:
        raise BillRefused("A bill is due on or after the day it is issued.")
    items = [
        {
            "description": item.description,
            "amount_cents": item.amount_cents,
            "service_on": item.service_on.isoformat() if item.service_on else None,
        }
        for item in lines
    ]
    try:
        raised = fetch_one(
            "SELECT billing_raise(%(number)s, %(key)s, %(line)s, %(title)s, NULL, %(issued_on)s,"
            " %(due_on)s, %(lines)s) AS id",
            {
                "number": account.number,
                "key": key,
                "line": line.value,
                "title": title,
                "issued_on": issued_on,
                "due_on": due_on,
                "lines": json.dumps(items),
            },
        )
    except Refused as refused:
        raise BillRefused(refused.detail or refused.name) from refused
    audit.record(
        actor=str(actor), action="bill.raise", account_number=account.number, bill_id=raised.id
    )
    return queries.get_bill(numbers=account.numbers, bill_id=raised.id, today=issued_on)


@transaction.atomic
def cancel_bill(
    *, account: Account, bill: Bill, reason: str, canceled_on: date, actor: Actor
) -> None:
    """Take a bill back that should not have been sent. It stays in the record, asking for nothing.

    Errors: NotAllowed; BillRefused when some of it is paid: take the payment off first.
    """
    actor.require(Scope.RAISE_BILL)
    if bill.paid_cents:
        raise BillRefused("Take the payments off this bill before canceling it.")
    if not bill.open_cents:
        raise BillRefused("This bill asks for nothing any more.")
    try:
        fetch_all(
            "SELECT billing_adjust(%(number)s, %(bill)s, %(amount)s, 'cancel', %(contra)s::smallint,"
            " %(reason)s, %(actor)s, %(on)s)",
            {
                "number": bill.account_number,
                "bill": bill.id,
                "amount": -bill.open_cents,
                "contra": int(Code.BILL_CORRECTIONS),
                "reason": reason,
                "actor": str(actor),
                "on": canceled_on,
            },
        )
    except Refused as refused:
        raise BillRefused(refused.detail or refused.name) from refused
    audit.record(
        actor=str(actor), action="bill.cancel", account_number=bill.account_number,
        bill_id=bill.id, reason=reason,
    )  # fmt: skip


@transaction.atomic
def hold_bill(*, bill: Bill, held: bool, reason: str, actor: Actor) -> None:
    """Keep one disputed bill out of payments by rule, or let it in again. Errors: NotAllowed."""
    actor.require(Scope.RAISE_BILL)
    fetch_all(
        "SELECT billing_hold(%(number)s, %(bill)s, %(held)s)",
        {"number": bill.account_number, "bill": bill.id, "held": held},
    )
    audit.record(
        actor=str(actor), action="bill.hold" if held else "bill.release",
        account_number=bill.account_number, bill_id=bill.id, reason=reason,
    )  # fmt: skip
