"""Noting what gateways say of disputes, and what they say that nobody can book without a person."""

from datetime import date, timedelta

from django.db import transaction

from openmember.kernel.audit import services as audit
from openmember.kernel.sql import Refused, fetch_all, fetch_one
from openmember.members.types import Actor, Scope
from openmember.payments.disputes.types import Act, GatewayException, Trouble
from openmember.payments.gateways.protocol import Disputed, Moved
from openmember.payments.services.door import line_order
from openmember.payments.services.merges import follow_merge
from openmember.payments.types import Payment

# When a member is asked for refunded money that the bank took as well, the time to pay it.
DUE_AFTER_DAYS = 30


class CannotResolve(Exception):
    """The exception does not allow this; the message says why in words."""


class AlreadyResolved(Exception):
    """Somebody dealt with it before. Nothing was changed."""


@transaction.atomic
def note_dispute(
    *, payment: Payment, disputed: Disputed, gateway: str, on: date, actor: Actor
) -> None:
    """Make the payment what a dispute made of it: the disputed amount taken, or given back once it is won.

    Late, twice or out of order, it changes nothing more. What cannot be booked waits for a person.
    Locks: the account's balance row.
    """
    done = fetch_one(
        "SELECT payments_dispute_note(%(number)s, %(payment)s, %(gateway)s, %(reference)s, %(cents)s,"
        " %(currency)s, %(state)s, %(reason)s, %(order)s, %(on)s, %(actor)s) AS done",
        {
            "number": payment.account_number, "payment": payment.id, "gateway": gateway,
            "reference": disputed.reference, "cents": disputed.sum.cents,
            "currency": disputed.sum.currency, "state": disputed.state, "reason": disputed.reason,
            "order": line_order(), "on": on, "actor": str(actor),
        },
    ).done  # fmt: skip
    if done:
        follow_merge(account_number=payment.account_number, on=on, actor=actor)
        audit.record(
            actor=str(actor), action=f"dispute.{done}", account_number=payment.account_number,
            payment_id=payment.id, dispute=disputed.reference, cents=disputed.sum.cents,
            state=disputed.state,
        )  # fmt: skip


def differs(
    *, payment: Payment, moved: Moved | None, refund: tuple[int, int] | None = None
) -> bool:
    """Return whether a gateway moved another amount or currency than we asked; then it waits for a person.

    `refund` is the id and the cents of the refund it speaks of, where it is not the payment itself.
    """
    refund_id, our_cents = refund or (None, payment.amount_cents)
    if moved is None or (moved.cents, moved.currency) == (our_cents, "usd"):
        return False
    trouble = Trouble.MISMATCH if refund_id is None else Trouble.REFUND_MISMATCH
    is_new = fetch_one(
        "SELECT payments_gateway_differs(%(number)s, %(payment)s, NULL, %(refund)s, %(kind)s, %(ours)s,"
        " %(theirs)s, %(currency)s) AS is_new",
        {
            "number": payment.account_number, "payment": payment.id, "refund": refund_id,
            "kind": trouble.value, "ours": our_cents, "theirs": moved.cents, "currency": moved.currency,
        },
    ).is_new  # fmt: skip
    if is_new:
        audit.record(
            actor=f"system:gateway-{payment.gateway}", action="gateway.differs",
            account_number=payment.account_number, payment_id=payment.id, refund_id=refund_id,
            our_cents=our_cents, their_cents=moved.cents, their_currency=moved.currency,
        )  # fmt: skip
    return True


@transaction.atomic
def resolve(*, exception: GatewayException, act: Act, note: str, on: date, actor: Actor) -> None:
    """Close what a gateway left for a person, and do with the money what `act` says.

    Errors: NotAllowed, AlreadyResolved, CannotResolve.
    """
    actor.require(Scope.WORK_EXCEPTIONS)
    try:
        fetch_all(
            "SELECT payments_gateway_resolve(%(id)s, %(act)s, %(note)s, %(order)s, %(on)s, %(due_on)s,"
            " %(actor)s)",
            {
                "id": exception.id, "act": act.value, "note": note, "order": line_order(), "on": on,
                "due_on": on + timedelta(days=DUE_AFTER_DAYS), "actor": str(actor),
            },
        )  # fmt: skip
    except Refused as refused:
        if refused.name == "not_open":
            raise AlreadyResolved from refused
        raise CannotResolve(refused.detail or refused.name) from refused
    if act is Act.FAIL:
        follow_merge(account_number=exception.account_number, on=on, actor=actor)
    audit.record(
        actor=str(actor), action=f"gateway_exception.{act.value}", account_number=exception.account_number,
        payment_id=exception.payment_id, exception_id=exception.id, kind=exception.trouble.value,
        note=note,
    )  # fmt: skip
