"""Money the bank took back after it was posted: two people return or keep what was made of it."""

from datetime import date

from django.db import transaction

from openmember.kernel.audit import services as audit
from openmember.kernel.sql import Refused, fetch_all
from openmember.members.types import Actor, Scope
from openmember.payments.receipts import queries
from openmember.payments.receipts.services.acting import ReceiptRefused
from openmember.payments.receipts.types import Loss, Receipt


@transaction.atomic
def propose_return(*, loss: Loss, reason: str, on: date, actor: Actor) -> Loss:
    """Propose to take back every payment that was made of it. Errors: NotAllowed, ReceiptRefused."""
    return _propose(loss, "return", None, reason, on, actor)


@transaction.atomic
def propose_keep(*, loss: Loss, line: Receipt, reason: str, on: date, actor: Actor) -> Loss:
    """Propose that the bank states the money again, on the line of another receipt, which is withdrawn then.

    Errors: NotAllowed, ReceiptRefused.
    """
    return _propose(loss, "keep", line.id, reason, on, actor)


@transaction.atomic
def decide_loss(*, loss: Loss, agrees: bool, on: date, actor: Actor) -> Loss:
    """Agree to what another person proposed, or turn it down. Errors: NotAllowed, ReceiptRefused."""
    actor.require(Scope.WORK_EXCEPTIONS)
    _call(
        "SELECT payments_receipt_loss_decide(%(loss)s, %(agrees)s, %(on)s, %(actor)s)",
        loss=loss.id, agrees=agrees, on=on, actor=str(actor),
    )  # fmt: skip
    word = "receipt.loss_agree" if agrees else "receipt.loss_reject"
    audit.record(
        actor=str(actor), action=word, loss_id=loss.id, receipt_id=loss.receipt.id, kind=loss.kind
    )
    return queries.get_loss(loss_id=loss.id, today=on)


def _propose(
    loss: Loss, kind: str, kept_on: int | None, reason: str, on: date, actor: Actor
) -> Loss:
    actor.require(Scope.WORK_EXCEPTIONS)
    _call(
        "SELECT payments_receipt_loss_propose(%(loss)s, %(kind)s, %(kept_on)s, %(reason)s, %(actor)s)",
        loss=loss.id, kind=kind, kept_on=kept_on, reason=reason, actor=str(actor),
    )  # fmt: skip
    audit.record(
        actor=str(actor), action="receipt.loss_propose", loss_id=loss.id, receipt_id=loss.receipt.id, kind=kind,
        kept_on=kept_on, reason=reason,
    )  # fmt: skip
    return queries.get_loss(loss_id=loss.id, today=on)


def _call(query: str, **params: object) -> None:
    try:
        fetch_all(query, params)
    except Refused as refused:
        raise ReceiptRefused(refused.detail or refused.name) from refused
