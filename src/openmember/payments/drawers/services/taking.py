"""Taking what one person pays at a counter: several tenders, each its own payment, through the one door."""

from dataclasses import replace

from django.db import transaction

from openmember.accounts.types import Account
from openmember.kernel.sql import fetch_all, fetch_one
from openmember.ledger.closing.queries import open_on
from openmember.members.types import Actor, Scope
from openmember.payments.drawers import queries
from openmember.payments.drawers.services.copays import charge_copay
from openmember.payments.drawers.services.refusals import CounterRefused, counter_refusals
from openmember.payments.drawers.types import Drawer, Part, Receipt, Visit
from openmember.payments.gateways.protocol import Charge
from openmember.payments.gateways.terminal import NAME, get_terminal, has_terminal
from openmember.payments.services.door import (
    KeyReused,
    PaymentRefused,
    begin_payment,
    take_payment,
)
from openmember.payments.services.gateway import record_answer
from openmember.payments.types import Channel, Method, Payment, PaymentRequest


class CardNotTaken(Exception):
    """The terminal declined, or has not answered. No other part of the visit was taken."""

    def __init__(self, payment: Payment) -> None:
        super().__init__(payment.decline_reason)
        self.payment = payment


class OnlyCardTaken(Exception):
    """The card was charged and is in the drawer; the visit's other parts were refused, and not taken."""

    def __init__(self, receipt: Receipt, refused: Exception) -> None:
        super().__init__(str(refused))
        self.receipt = receipt


def take_visit(*, account: Account, visit: Visit, drawer: Drawer, actor: Actor) -> Receipt:
    """Take everything a person hands over, whole or not at all; a repeated key returns the first receipt.

    Shape:  a place in the drawer is kept first, with the number of a paper receipt. Then the card, outside any
            transaction, because it may decline; then cash and checks together with their places in the
            drawer. A copay is charged before it is paid.
    Errors: NotAllowed, CardNotTaken, OnlyCardTaken, KeyReused, CounterRefused, door.PaymentRefused.
    """
    actor.require(Scope.TAKE_PAYMENT)
    known = find_visit(account=account, drawer=drawer, visit=visit)
    if known:
        return known
    if visit.paper_number is not None and len(visit.parts) > 1:
        raise CounterRefused("paper_split", "a paper receipt is for one way of paying")
    card = next((part for part in visit.parts if part.method is Method.CARD), None)
    if card is None:
        with transaction.atomic():
            return _put_into_drawer(
                account, visit, _bills(account, visit, drawer, actor), drawer, actor
            )
    if not has_terminal():
        raise CounterRefused("no_terminal", "no card terminal is set up here")
    _reserve(account, visit, drawer, actor)
    bills = _bills(account, visit, drawer, actor)
    taken = _take_card(account, visit, card, bills, drawer, actor)
    try:
        with transaction.atomic():
            return _put_into_drawer(account, visit, bills, drawer, actor, taken)
    except (CounterRefused, PaymentRefused) as refused:
        # It cannot be untaken by saying that nothing happened.
        alone = replace(visit, parts=(card,))
        with transaction.atomic():
            receipt = _put_into_drawer(account, alone, bills, drawer, actor, taken)
        raise OnlyCardTaken(receipt, refused) from refused


def find_visit(*, account: Account, drawer: Drawer, visit: Visit) -> Receipt | None:
    """Return the receipt of this very visit, taken before. Errors: KeyReused when it paid otherwise."""
    row = fetch_one(
        "SELECT payment_id FROM payments_drawer_payment WHERE drawer_id = %(drawer)s"
        " AND account_number = %(number)s AND visit = %(visit)s LIMIT 1",
        {"drawer": drawer.id, "number": account.number, "visit": visit.key},
    )
    known = queries.find_receipt(account=account, payment_id=row.payment_id) if row else None
    if known and {(one.method, one.amount_cents) for one in known.taken} != {
        (part.method, part.amount_cents) for part in visit.parts
    }:
        raise KeyReused(visit.key)
    return known


@transaction.atomic
def _reserve(account: Account, visit: Visit, drawer: Drawer, actor: Actor) -> None:
    """Keep the visit's place, and the number of its paper receipt, before anything is charged."""
    with counter_refusals():
        fetch_all(
            "SELECT payments_drawer_reserve(%(drawer)s, %(number)s, %(visit)s, %(paper)s, %(on)s, %(actor)s)",
            {
                **_place(account.number, visit, drawer),
                "paper": visit.paper_number,
                "on": visit.on,
                "actor": str(actor),
            },
        )


def _release(account_number: str, visit: Visit, drawer: Drawer) -> None:
    fetch_all(
        "SELECT payments_drawer_release(%(drawer)s, %(number)s, %(visit)s)",
        _place(account_number, visit, drawer),
    )


def _place(account_number: str, visit: Visit, drawer: Drawer) -> dict[str, object]:
    return {"drawer": drawer.id, "number": account_number, "visit": visit.key}


def _bills(account: Account, visit: Visit, drawer: Drawer, actor: Actor) -> tuple[int, ...]:
    """Return the bills to pay, the copay's first."""
    if visit.copay is None:
        return visit.bill_ids
    charged = charge_copay(
        account=account, copay=visit.copay, facility=drawer.facility, on=visit.on, actor=actor
    )
    return (*charged, *(bill for bill in visit.bill_ids if bill not in charged))


def _take_card(
    account: Account, visit: Visit, card: Part, bills: tuple[int, ...], drawer: Drawer, actor: Actor
) -> Payment:
    payment = begin_payment(
        account=account, request=_request(visit, card, bills), gateway=NAME, actor=actor
    )
    if payment.is_waiting:
        answer = get_terminal().take(
            Charge(payment.reference, card.amount_cents, Method.CARD, payment.reference, "", ""),
            device=f"{drawer.facility}/{drawer.name}",
        )
        payment = record_answer(
            payment=payment, answer=answer, on=open_on(day=visit.on), actor=actor
        )
    if not payment.has_arrived:
        if not payment.is_waiting:
            _release(account.number, visit, drawer)
        raise CardNotTaken(payment)
    return payment


def _put_into_drawer(
    account: Account, visit: Visit, bills: tuple[int, ...], drawer: Drawer, actor: Actor,
    by_card: Payment | None = None,
) -> Receipt:  # fmt: skip
    taken: list[Payment] = []
    for part in visit.parts:
        payment = by_card if part.method is Method.CARD else None
        if payment is None:
            payment = take_payment(
                account=account, request=_request(visit, part, bills), actor=actor
            )
        taken.append(payment)
        with counter_refusals():
            fetch_all(
                "SELECT payments_drawer_take(%(drawer)s, %(number)s, %(payment)s, %(visit)s,"
                " %(tendered)s, %(actor)s)",
                {
                    "drawer": drawer.id,
                    "number": payment.account_number,
                    "payment": payment.id,
                    "visit": visit.key,
                    "tendered": part.tendered_cents,
                    "actor": str(actor),
                },
            )
    _release(account.number, visit, drawer)
    if visit.paper_number is not None:
        _key_paper(visit.paper_number, taken[0], drawer, actor)
    receipt = queries.find_receipt(account=account, payment_id=taken[0].id)
    if receipt is None:
        raise CounterRefused("no_receipt", "the payment was taken into another drawer before")
    return receipt


def _key_paper(number: int, payment: Payment, drawer: Drawer, actor: Actor) -> None:
    with counter_refusals():
        fetch_all(
            "SELECT payments_paper_key(%(facility)s, %(paper)s, %(number)s, %(payment)s, '', %(actor)s)",
            {
                "facility": drawer.facility,
                "paper": number,
                "number": payment.account_number,
                "payment": payment.id,
                "actor": str(actor),
            },
        )


def _request(visit: Visit, part: Part, bills: tuple[int, ...]) -> PaymentRequest:
    return PaymentRequest(
        key=f"counter:{visit.key}:{part.method.value}",
        amount_cents=part.amount_cents,
        method=part.method,
        channel=Channel.COUNTER,
        payer=visit.payer,
        effective_on=open_on(day=visit.on),
        bill_ids=bills,
        tender=f"Check {part.check_number}" if part.method is Method.CHECK else "",
    )
