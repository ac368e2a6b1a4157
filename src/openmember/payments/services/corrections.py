"""Settling, undoing and moving payments. The receipt itself is never touched."""

from datetime import date
from typing import Any

from django.db import transaction

from openmember.accounts import services as accounts
from openmember.accounts.types import Account
from openmember.billing.grace import queries as grace
from openmember.kernel.audit import services as audit
from openmember.kernel.sql import Refused, fetch_all, fetch_one
from openmember.members.types import Actor, Scope
from openmember.payments import queries
from openmember.payments.services.door import line_order
from openmember.payments.services.merges import follow_merge
from openmember.payments.types import Method, Payment, Status


class AlreadyReversed(Exception):
    """The payment was undone before. Nothing was changed."""


class CannotCorrect(Exception):
    """The payment does not allow this; the message says why in words."""


@transaction.atomic
def settle_payment(*, payment: Payment, settled_on: date, actor: Actor) -> Payment:
    """Record that the bank has the money. Again does nothing. Errors: CannotCorrect."""
    _call(
        "SELECT payments_settled(%(number)s, %(payment)s, %(on)s, %(actor)s)",
        payment, actor, on=settled_on,
    )  # fmt: skip
    return _again(payment)


@transaction.atomic
def reverse_payment(
    *, payment: Payment, to: Status, reason: str, reversed_on: date, actor: Actor
) -> Payment:
    """Undo a payment whole: VOIDED before it settles, RETURNED or CHARGED_BACK when the bank takes it back.

    Every bill it settled is open again, and each of its transfers has its mirror image.
    Errors: NotAllowed, AlreadyReversed, CannotCorrect.
    """
    actor.require(Scope.REFUND)
    if payment.method is Method.TRANSFER:
        raise CannotCorrect(
            "money that moved with joined accounts is undone at the payment it came from"
        )
    _call(
        "SELECT payments_reverse(%(number)s, %(payment)s, %(status)s, %(reason)s, %(on)s, %(actor)s)",
        payment, actor, status=to.value, reason=reason, on=reversed_on,
    )  # fmt: skip
    follow_merge(account_number=payment.account_number, on=reversed_on, actor=actor)
    _audit(payment, actor, f"payment.{to.value}", reason=reason)
    return _again(payment)


@transaction.atomic
def take_back(
    *, payment: Payment, bill_id: int, amount_cents: int, reason: str, on: date, actor: Actor
) -> Payment:
    """Take what a payment settled off one bill; it is credit of the account until it is put elsewhere.

    Errors: NotAllowed, CannotCorrect.
    """
    _take_back(payment, bill_id, amount_cents, reason, on, actor)
    follow_merge(account_number=payment.account_number, on=on, actor=actor)
    return _again(payment)


@transaction.atomic
def move_allocation(
    *,
    payment: Payment,
    from_bill_id: int,
    to_bill_id: int,
    amount_cents: int,
    reason: str,
    on: date,
    actor: Actor,
) -> Payment:
    """Move what a payment settled from one bill to another of the same account, both or neither.

    Errors: NotAllowed, CannotCorrect.
    """
    _take_back(payment, from_bill_id, amount_cents, reason, on, actor)
    taken = _again(payment)
    moved = apply_credit(
        payment=taken, amount_cents=amount_cents, bill_ids=(to_bill_id,), on=on, actor=actor
    )
    if taken.unapplied_cents - moved.unapplied_cents != amount_cents:
        raise CannotCorrect("the other bill has less open than that")
    return moved


@transaction.atomic
def apply_credit(
    *, payment: Payment, amount_cents: int, bill_ids: tuple[int, ...], on: date, actor: Actor
) -> Payment:
    """Put credit of one payment on these bills, or by the rule when none is named. Errors: CannotCorrect."""
    if actor.kind == "staff":
        actor.require(Scope.ALLOCATE)
    _call(
        "SELECT payments_apply(%(number)s, %(payment)s, %(amount)s, %(bills)s::bigint[], %(order)s,"
        " %(on)s, %(actor)s)",
        payment, actor, amount=amount_cents, bills=list(bill_ids), order=line_order(), on=on,
    )  # fmt: skip
    _audit(payment, actor, "allocation.apply", bill_ids=list(bill_ids), cents=amount_cents)
    return _again(payment)


@transaction.atomic
def merge_accounts(*, account: Account, into: Account, merged_on: date, actor: Actor) -> Account:
    """Join two accounts: what `account` owes and holds moves to `into`, and both numbers lead there.

    Errors: accounts.services.CannotMerge, also while grace runs for a premium of `account`: its bills would
    leave the case, which would then look as if they were paid.
    """
    if grace.find_open_case(numbers=(account.number,), today=merged_on):
        raise accounts.CannotMerge(
            "grace runs for an unpaid premium of this account: join it when that is over"
        )
    fetch_all(
        "SELECT payments_move_account(%(from)s, %(into)s, %(order)s, %(on)s, %(actor)s)",
        {
            "from": account.number,
            "into": into.number,
            "order": line_order(),
            "on": merged_on,
            "actor": str(actor),
        },
    )
    return accounts.join_numbers(number=account.number, into=into.number, actor=actor)


def _take_back(
    payment: Payment, bill_id: int, amount_cents: int, reason: str, on: date, actor: Actor
) -> None:
    actor.require(Scope.ALLOCATE)
    _call(
        "SELECT payments_take_back(%(number)s, %(payment)s, %(bill)s, %(amount)s, %(on)s, %(actor)s)",
        payment, actor, bill=bill_id, amount=amount_cents, on=on,
    )  # fmt: skip
    _audit(
        payment, actor, "allocation.take_back", bill_id=bill_id, cents=amount_cents, reason=reason
    )


def _call(query: str, payment: Payment, actor: Actor, **params: object) -> object:
    try:
        return fetch_one(
            query,
            {
                "number": payment.account_number,
                "payment": payment.id,
                "actor": str(actor),
                **params,
            },
        )
    except Refused as refused:
        if refused.name == "already_reversed":
            raise AlreadyReversed(refused.detail) from refused
        raise CannotCorrect(refused.detail or refused.name) from refused


def _again(payment: Payment) -> Payment:
    return queries.get_payment(numbers=(payment.account_number,), payment_id=payment.id)


def _audit(payment: Payment, actor: Actor, action: str, **detail: Any) -> None:
    audit.record(
        actor=str(actor),
        action=action,
        account_number=payment.account_number,
        payment_id=payment.id,
        **detail,
    )
