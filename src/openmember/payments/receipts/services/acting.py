"""What people do with receipts that wait. Above the limit it takes two of them; the database holds that."""

from datetime import date

from django.db import transaction

from openmember.kernel.audit import services as audit
from openmember.kernel.sql import Refused, fetch_all, fetch_one
from openmember.members.types import Actor, Scope
from openmember.payments.receipts import queries, rules
from openmember.payments.receipts.types import Act, Receipt
from openmember.payments.services.door import line_order


class ReceiptRefused(Exception):
    """This cannot be done with the receipt; the message says why in words. Nothing was changed."""


def post_receipt(
    *,
    receipt: Receipt,
    account_number: str,
    amount_cents: int,
    reason: str,
    learn: bool,
    on: date,
    actor: Actor,
) -> Act:
    """Post all or a part of what waits to an account, as of the day it came. With `learn`, the payer is
    suggested for this account next time, and only suggested.

    Errors: NotAllowed, ReceiptRefused.
    """
    payer = rules.payer_key(receipt.payer, receipt.text) if learn else ""
    return _act(receipt, "post", amount_cents, reason, on, actor, account_number, payer)


def return_receipt(
    *, receipt: Receipt, amount_cents: int, reason: str, on: date, actor: Actor
) -> Act:
    """Owe money back to who sent it, until it is paid out. Errors: NotAllowed, ReceiptRefused."""
    return _act(receipt, "return", amount_cents, reason, on, actor)


def release_receipt(*, receipt: Receipt, reason: str, on: date, actor: Actor) -> Act:
    """Say that money is no payment: the bank's line is for reconciliation to explain.

    Errors: NotAllowed, ReceiptRefused.
    """
    return _act(receipt, "release", receipt.amount_cents, reason, on, actor)


@transaction.atomic
def decide_act(*, act: Act, agrees: bool, on: date, actor: Actor) -> Act:
    """Agree to what another person proposed, or turn it down. Errors: NotAllowed, ReceiptRefused."""
    actor.require(Scope.WORK_EXCEPTIONS)
    _call(
        "SELECT payments_receipt_second(%(act)s, %(agrees)s, %(order)s::text[], %(on)s, %(actor)s)",
        act=act.id, agrees=agrees, order=line_order(), on=on, actor=str(actor),
    )  # fmt: skip
    word = "receipt.agree" if agrees else "receipt.reject"
    audit.record(actor=str(actor), action=word, account_number=act.account_number, act_id=act.id)
    return queries.get_act(act_id=act.id)


@transaction.atomic
def pay_out(*, act: Act, reference: str, on: date, actor: Actor) -> Act:
    """Note the check or wire that took returned money back. Errors: NotAllowed, ReceiptRefused."""
    actor.require(Scope.WORK_EXCEPTIONS)
    _call(
        "SELECT payments_receipt_paid(%(act)s, %(reference)s, %(on)s)",
        act=act.id, reference=reference.strip(), on=on,
    )  # fmt: skip
    audit.record(actor=str(actor), action="receipt.paid", act_id=act.id, reference=reference)
    return queries.get_act(act_id=act.id)


@transaction.atomic
def _act(
    receipt: Receipt,
    kind: str,
    cents: int,
    reason: str,
    on: date,
    actor: Actor,
    account_number: str | None = None,
    payer: str = "",
) -> Act:
    actor.require(Scope.WORK_EXCEPTIONS)
    made = _call(
        "SELECT payments_receipt_act(%(receipt)s, %(kind)s, %(account)s, %(cents)s, %(reason)s, %(payer)s,"
        " %(order)s::text[], %(on)s, %(actor)s) AS id",
        receipt=receipt.id, kind=kind, account=account_number, cents=cents, reason=reason, payer=payer,
        order=line_order(), on=on, actor=str(actor),
    )  # fmt: skip
    act = queries.get_act(act_id=made)
    audit.record(
        actor=str(actor), action=f"receipt.{'propose' if act.state == 'proposed' else kind}",
        account_number=account_number, receipt_id=receipt.id, act_id=made, amount_cents=cents, reason=reason,
    )  # fmt: skip
    return act


def _call(query: str, **params: object) -> int:
    try:
        if query.endswith("AS id"):
            return int(fetch_one(query, params).id)
        fetch_all(query, params)
    except Refused as refused:
        raise ReceiptRefused(refused.detail or refused.name) from refused
    return 0
