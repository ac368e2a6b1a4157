"""The processes that get killed: those that take payments, and the clerks that hear and ask Stripe.

Each does one thing at a time, told and answering over a pipe. A database that is gone is an answer
too: "broken"; whoever asked asks again.
"""

import os
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "openmember.config.settings.testing")
django.setup()

from django.db import connection  # noqa: E402  the settings come first
from django.db.utils import InterfaceError, OperationalError  # noqa: E402  after django.setup()

from openmember.accounts.queries import get_account  # noqa: E402  after django.setup()
from openmember.members.types import GUEST  # noqa: E402  after django.setup()
from openmember.payments.gateways.protocol import GatewayUnreachable  # noqa: E402  after django.setup()
from openmember.payments.jobs import office_today  # noqa: E402  after django.setup()
from openmember.payments.services import gateway, notifications  # noqa: E402  after django.setup()
from openmember.payments.services.door import KeyReused  # noqa: E402  after django.setup()
from openmember.payments.types import Channel, Method, PaymentRequest  # noqa: E402  after django.setup()


def serve(pipe: Connection) -> None:
    """Do what comes down the pipe until it closes."""
    acts: dict[str, Callable[..., dict[str, Any]]] = {"pay": pay, "hear": hear, "resolve": resolve}
    while True:
        try:
            act, arguments = pipe.recv()
        except EOFError:
            return
        try:
            answer = acts[act](**arguments)
        except (OperationalError, InterfaceError):
            connection.close()
            answer = {"result": "broken"}
        pipe.send(answer)


def pay(*, number: str, key: str, amount_cents: int, bill_ids: tuple[int, ...]) -> dict[str, Any]:
    """Take a payment as a page does, once."""
    request = PaymentRequest(
        key=key, amount_cents=amount_cents, method=Method.CARD, channel=Channel.WEB, payer="guest",
        effective_on=office_today(), bill_ids=bill_ids,
    )  # fmt: skip
    try:
        started = gateway.pay_through_gateway(
            account=get_account(number=number), request=request, actor=GUEST,
            return_url=lambda payment: f"https://plan.example/receipts/{payment.reference}",
        )  # fmt: skip
    except KeyReused:
        return {"result": "key_reused"}
    return {
        "result": "waiting" if started.payment.is_waiting else started.payment.status.value,
        "payment_id": started.payment.id,
        "page": started.redirect_url.rpartition("/")[2],
    }


def hear(*, messages: list[tuple[bytes, str]]) -> dict[str, Any]:
    """Take in what Stripe sent; return what it has to send again."""
    again = []
    for payload, signature in messages:
        try:
            notifications.receive(
                gateway="stripe", payload=payload, signature=signature, on=office_today()
            )
        except GatewayUnreachable:
            again.append((payload, signature))
    return {"result": "heard", "again": again}


def resolve(*, older_than_seconds: int) -> dict[str, Any]:
    """Ask Stripe about everything that waits, and return how much still does."""
    waiting = gateway.list_waiting(older_than_seconds=older_than_seconds)
    asked = [gateway.resolve_payment(payment=payment, on=office_today()) for payment in waiting]
    return {"result": "asked", "waiting": sum(payment.is_waiting for payment in asked)}
