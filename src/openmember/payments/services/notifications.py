"""What gateways tell of their own accord: answers, disputes, refunds that left or came back."""

from datetime import date
from typing import cast

import structlog

from openmember.kernel.references import BadReference, identity
from openmember.members.types import system
from openmember.payments.disputes.services import note_dispute
from openmember.payments.gateways import get_gateway
from openmember.payments.gateways.protocol import Concern, Notification, NotifyingGateway, Outcome
from openmember.payments.services.gateway import (
    UnknownPayment,
    get_payment_of_gateway,
    record_answer,
)
from openmember.payments.services.refunds import record_refund
from openmember.payments.types import Payment

log = structlog.get_logger("openmember.payments")


def receive(*, gateway: str, payload: bytes, signature: str, on: date) -> None:
    """Record what a gateway sent. Late, twice or out of order, it changes nothing more.

    What is not about a payment of ours is left alone: others may use the same gateway account.
    Errors: NotGenuine; GatewayUnreachable when it has to be sent again.
    """
    notification = cast(NotifyingGateway, get_gateway(gateway)).read(payload, signature)
    if notification is None:
        return
    try:
        payment = get_payment_of_gateway(key=notification.key)
        _record(payment, notification, gateway, on)
    except (UnknownPayment, BadReference):
        log.info("notification_not_ours", gateway=gateway, concern=notification.concern.value)


def _record(payment: Payment, notification: Notification, gateway: str, on: date) -> None:
    if notification.concern is Concern.REFUND:
        if notification.answer.outcome in {Outcome.APPROVED, Outcome.DECLINED}:
            refund_id = identity("R", notification.refund_key)
            record_refund(payment=payment, refund_id=refund_id, answer=notification.answer, on=on)
        return
    actor = system(f"gateway-{gateway}")
    payment = record_answer(payment=payment, answer=notification.answer, on=on, actor=actor)
    if notification.disputed is not None:
        note_dispute(
            payment=payment, disputed=notification.disputed, gateway=gateway, on=on, actor=actor
        )
