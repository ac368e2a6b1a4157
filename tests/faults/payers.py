"""The storm's processes: payers, the worker, and two clerks who undo everything at the same time.

Each may be killed at any moment and is started again; what it has to know by then is in its journal.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TypeVar

from django.db import connection
from django.db.utils import InterfaceError, OperationalError
from tests.faults.intents import Intent, Journal

from openmember.kernel.sql import fetch_all, fetch_one
from openmember.members.testing import TESTER, TODAY
from openmember.payments.gateways.sandbox import SandboxGateway
from openmember.payments.queries import get_payment
from openmember.payments.services.corrections import AlreadyReversed, reverse_payment
from openmember.payments.services.door import KeyReused, PaymentRefused, take_payment
from openmember.payments.services.gateway import (
    list_waiting,
    pay_through_gateway,
    record_notification,
    resolve_payment,
)
from openmember.payments.types import Payment, PaymentRequest, Status

T = TypeVar("T")
MEET_SECONDS = 2
# Nobody in the storm waits as long for a late answer as people do.
LATE_SECONDS = 1


def persistently(work: Callable[[], T]) -> T:
    """Do `work`, again whenever the database went away. Any other failure is one of ours."""
    while True:
        try:
            return work()
        except (OperationalError, InterfaceError):
            if connection.is_usable():
                raise
            connection.close()
            time.sleep(0.02)


class Payer:
    """Someone with payments to make, who asks with the same key until the answer is definite."""

    def __init__(self, place: int, intents: Sequence[Intent], folder: Path) -> None:
        self.place = place
        self.intents = intents
        self.folder = folder
        self.journal = Journal(folder / f"payer-{place}")
        self.waiting: dict[str, Payment] = {}

    def run(self) -> None:
        answered = {line["key"] for line in self.journal.lines("said")}
        left = [intent for intent in self.intents if intent.key not in answered]
        while left:
            left = [intent for intent in left if not self._is_answered(intent)]
            time.sleep(0.05)
        self._ask_for_something_else()

    def _is_answered(self, intent: Intent) -> bool:
        try:
            payment = self._look(intent)
        except PaymentRefused:
            self.journal.note(key=intent.key, said="refused")
            return True
        if payment.is_waiting:
            self.waiting[intent.key] = payment
            return False
        self.journal.note(key=intent.key, said=payment.status.value, payment=payment.id)
        return True

    def _look(self, intent: Intent) -> Payment:
        waiting = self.waiting.get(intent.key)
        if waiting:
            return persistently(
                lambda: get_payment(numbers=(waiting.account_number,), payment_id=waiting.id)
            )
        self.journal.note(asked=intent.key)
        if intent.is_raced:
            self._meet_the_other(intent)
        return persistently(lambda: _ask(intent, intent.request))

    def _meet_the_other(self, intent: Intent) -> None:
        (self.folder / f"{intent.key}-{self.place}").touch()
        other = self.folder / f"{intent.key}-{self.place ^ 1}"
        until = time.monotonic() + MEET_SECONDS
        while not other.exists() and time.monotonic() < until:
            time.sleep(0.001)

    def _ask_for_something_else(self) -> None:
        """Use the keys of accepted payments again, for other amounts or as somebody else."""
        accepted = {
            line["key"] for line in self.journal.lines("said") if line["said"] == "accepted"
        }
        done = {line["key"] for line in self.journal.lines("changed")}
        for intent in self.intents:
            if intent.is_changed and intent.key in accepted - done:
                for other in (
                    replace(intent.request, amount_cents=intent.request.amount_cents + 100),
                    replace(intent.request, payer="member:1"),
                ):
                    self.journal.note(key=intent.key, changed=_outcome_of(intent, other))


def _ask(intent: Intent, request: PaymentRequest) -> Payment:
    if intent.through_gateway:
        return pay_through_gateway(account=intent.account, request=request, actor=TESTER).payment
    return take_payment(account=intent.account, request=request, actor=TESTER)


def _outcome_of(intent: Intent, request: PaymentRequest) -> str:
    try:
        return persistently(lambda: _ask(intent, request)).status.value
    except KeyReused:
        return "key reused"


def work(folder: Path, seed: int) -> None:
    """Resolve what waits and deliver what the gateway sends, each twice and in any order, until all is over."""
    random = Random(seed)
    again: list = []
    while True:
        is_over = (folder / "over").exists()
        persistently(_let_time_pass)
        fresh = list(persistently(SandboxGateway().list_notifications))
        delivered = [*fresh, *again]
        random.shuffle(delivered)
        for key, answer in delivered:
            persistently(lambda: _notify(key, answer))  # noqa: B023  called at once
        again = fresh
        waiting = persistently(lambda: list_waiting(older_than_seconds=LATE_SECONDS))
        for payment in waiting:
            persistently(lambda: resolve_payment(payment=payment, on=TODAY))  # noqa: B023  called at once
        if is_over and not (delivered or waiting or persistently(_has_more_to_send)):
            return
        time.sleep(0.1)


def _notify(key, answer) -> None:
    record_notification(key=key, answer=answer, on=TODAY, gateway="sandbox")


def _let_time_pass() -> None:
    fetch_all(
        "UPDATE payments_sandbox_charge SET answers_at = created_at + make_interval(secs => %(late)s),"
        " notify_at = created_at + make_interval(secs => %(late)s)"
        " WHERE notify_at > created_at + make_interval(secs => %(late)s)",
        {"late": LATE_SECONDS},
    )


def _has_more_to_send() -> bool:
    query = (
        "SELECT EXISTS (SELECT 1 FROM payments_sandbox_charge WHERE notify_at IS NOT NULL) AS so"
    )
    return bool(fetch_one(query).so)


def undo(payments: Sequence[Payment], journal: Journal) -> None:
    """Void every payment, whoever else is at it."""
    for payment in payments:
        try:
            reverse_payment(
                payment=payment, to=Status.RETURNED, reason="storm", reversed_on=TODAY, actor=TESTER
            )
            journal.note(payment=payment.id, reversed="done")
        except AlreadyReversed:
            journal.note(payment=payment.id, reversed="was done")
