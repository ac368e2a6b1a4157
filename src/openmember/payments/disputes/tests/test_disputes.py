"""Disputes, in part and whole, won and lost: whatever the order and however often, the books say it once."""

import itertools

import pytest
from django.db import DatabaseError, transaction

from openmember.billing.queries import get_bill
from openmember.kernel.sql import fetch_all
from openmember.ledger.queries import list_transfers
from openmember.ledger.types import Code
from openmember.payments.disputes import queries
from openmember.payments.disputes.services import note_dispute
from openmember.payments.disputes.types import DisputeState, Trouble
from openmember.payments.gateways.protocol import Disputed, Moved
from openmember.payments.queries import list_moves, list_refunds
from openmember.payments.receipt import receipt_of
from openmember.payments.services.corrections import (
    merge_accounts,
    reverse_payment,
    settle_payment,
)
from openmember.payments.testing import TESTER, TODAY, an_account
from openmember.payments.types import Status


def open_cents(payer, bill) -> int:
    return get_bill(numbers=payer.account.numbers, bill_id=bill.id, today=TODAY).open_cents


def standing_at(payer, code: Code) -> int:
    return sum(
        one.amount_cents * ((one.debit is code) - (one.credit is code))
        for one in list_transfers(account_number=payer.account.number)
    )


def says(payer, state, *, cents=100_00, reference="dp_x"):
    disputed = Disputed(reference, Moved(cents, "usd"), state, "fraudulent")
    note_dispute(payment=payer.payment, disputed=disputed, gateway="stripe", on=TODAY, actor=TESTER)


def troubles() -> list[Trouble]:
    return [one.trouble for one in queries.list_open_exceptions()]


def test_a_part_that_is_disputed_opens_that_much_of_the_last_bill(payer):
    payer.disputes(25_00)

    first, second = payer.bills
    assert (open_cents(payer, first), open_cents(payer, second)) == (0, 25_00)
    assert payer.payment.status is Status.ACCEPTED
    assert (payer.payment.disputed_cents, payer.payment.refunded_cents) == (25_00, 0)
    assert standing_at(payer, Code.CARD_CLEARING) == 75_00


def test_the_receipt_says_how_much_is_disputed(payer):
    payer.disputes(25_00)

    items = {item.label: item.value for item in receipt_of(payer.payment, "1").items}

    assert items["Disputed"] == 25_00
    assert "Refunded" not in items


def test_parts_that_come_to_the_whole_charge_it_back(payer):
    payer.disputes(25_00)
    payer.disputes(75_00)

    assert payer.payment.status is Status.CHARGED_BACK
    assert payer.owed_cents == 100_00


def test_credit_is_taken_before_bills(payer):
    fetch_all(
        "SELECT payments_take_back(%s, %s, %s, 1000, %s, 'test')",
        [payer.account.number, payer.payment.id, payer.bills[0].id, TODAY],
    )

    payer.disputes(25_00)

    first, second = payer.bills
    assert (open_cents(payer, first), open_cents(payer, second)) == (10_00, 15_00)
    assert payer.credit_cents == 0


@pytest.mark.parametrize("cents", [25_00, 100_00])
def test_a_won_dispute_pays_its_bills_again(payer, cents):
    dispute = payer.disputes(cents)

    payer.decides(dispute, won=True)

    assert (payer.owed_cents, payer.credit_cents) == (0, 0)
    assert (payer.payment.status, payer.payment.disputed_cents) == (Status.ACCEPTED, 0)
    assert standing_at(payer, Code.CARD_CLEARING) == 100_00
    assert {item.label for item in receipt_of(payer.payment, "1").items}.isdisjoint({"Disputed"})


def test_what_is_won_back_of_a_settled_payment_is_at_the_bank(payer):
    settle_payment(payment=payer.payment, settled_on=TODAY, actor=TESTER)
    dispute = payer.disputes()

    payer.decides(dispute, won=True)

    assert payer.payment.status is Status.SETTLED
    assert (standing_at(payer, Code.BANK), standing_at(payer, Code.CARD_CLEARING)) == (100_00, 0)


def test_a_bill_paid_meanwhile_leaves_what_is_won_as_credit(payer):
    dispute = payer.disputes(40_00)
    fetch_all(
        "SELECT payments_post(%s, 'again', 4000, 'wire', 'bank', '{}', '{premium}', %s, 'guest', 't')",
        [payer.account.number, TODAY],
    )

    payer.decides(dispute, won=True)

    assert (payer.owed_cents, payer.credit_cents) == (0, 40_00)


def test_a_lost_dispute_leaves_the_bills_open(payer):
    dispute = payer.disputes(25_00)

    payer.decides(dispute, won=False)

    (known,) = queries.list_disputes(payment=payer.payment)
    assert (known.state, known.taken_cents, payer.owed_cents) == (
        DisputeState.LOST,
        25_00,
        25_00,
    )


def test_one_that_is_lost_may_be_won_after_all(payer):
    dispute = payer.disputes(25_00)
    payer.decides(dispute, won=False)

    payer.decides(dispute, won=True)

    assert payer.owed_cents == 0


@pytest.mark.parametrize("order", list(itertools.permutations(["open", "open", "won"])))
def test_won_before_opened_twice_and_out_of_order_end_alike(payer, order):
    for state in (*order, *order):
        says(payer, state, cents=25_00)

    assert (payer.payment.status, payer.payment.disputed_cents) == (Status.ACCEPTED, 0)
    assert payer.owed_cents == 0
    assert troubles() == []


def test_events_in_any_order_and_twice_end_alike(payer):
    dispute = payer.double.payer_disputes(payer.session, cents=25_00)
    payer.double.bank_decides(dispute, won=True)

    payer.hears(*reversed(payer.double.events))
    payer.hears()

    assert (payer.owed_cents, payer.payment.status) == (0, Status.ACCEPTED)
    assert len(queries.list_disputes(payment=payer.payment)) == 1


def test_one_that_was_won_and_is_lost_after_all_waits_for_a_person(payer):
    says(payer, "won")
    says(payer, "lost")
    says(payer, "lost")

    assert troubles() == [Trouble.OVERTURNED]
    assert payer.owed_cents == 0


def test_another_amount_of_the_same_dispute_waits_for_a_person(payer):
    says(payer, "open", cents=25_00)
    says(payer, "open", cents=35_00)

    (one,) = queries.list_open_exceptions()
    assert (one.trouble, one.our_cents, one.their_cents) == (Trouble.AMOUNT, 25_00, 35_00)
    assert payer.owed_cents == 25_00


def test_a_dispute_in_another_currency_takes_nothing(payer):
    disputed = Disputed("dp_x", Moved(25_00, "eur"), "open", "fraudulent")
    note_dispute(payment=payer.payment, disputed=disputed, gateway="stripe", on=TODAY, actor=TESTER)

    (one,) = queries.list_open_exceptions()
    assert (one.trouble, one.their_currency, payer.owed_cents) == (Trouble.CURRENCY, "eur", 0)


def test_a_payment_charged_back_by_hand_before_is_the_same_dispute(payer):
    with transaction.atomic():
        reverse_payment(
            payment=payer.payment, to=Status.CHARGED_BACK, reason="letter of the bank",
            reversed_on=TODAY, actor=TESTER,
        )  # fmt: skip
    dispute = payer.disputes()
    before = (payer.owed_cents, troubles())

    payer.decides(dispute, won=True)

    assert before == (100_00, [])
    assert (payer.owed_cents, payer.payment.status) == (0, Status.ACCEPTED)


def test_a_dispute_won_of_a_returned_payment_waits_for_a_person(payer):
    dispute = payer.disputes(25_00)
    with transaction.atomic():
        reverse_payment(
            payment=payer.payment, to=Status.RETURNED, reason="x", reversed_on=TODAY, actor=TESTER
        )

    payer.decides(dispute, won=True)

    assert troubles() == [Trouble.UNBOOKED]
    assert payer.owed_cents == 100_00


@pytest.mark.parametrize("cents", [25_00, 100_00])
def test_bills_and_money_of_a_joined_account_follow(payer, cents):
    into = an_account()
    merge_accounts(account=payer.account, into=into, merged_on=TODAY, actor=TESTER)
    dispute = payer.disputes(cents)
    account, payer.account = payer.account, into
    owed = payer.owed_cents
    payer.account = account

    payer.decides(dispute, won=True)

    assert owed == cents
    payer.account = into
    assert (payer.owed_cents, payer.credit_cents) == (0, 0)


def test_a_refund_of_the_rest_can_be_asked_for_and_no_more(payer):
    payer.disputes(25_00)

    assert payer.payment.left_cents == 75_00
    payer.refunds(75_00)

    assert payer.payment.status is Status.REFUNDED
    assert [one.amount_cents for one in list_refunds(payment=payer.payment)] == [75_00]


def test_a_refund_that_comes_back_makes_room_for_what_was_disputed(payer):
    refund = payer.refunds(30_00)
    payer.disputes()
    before = (payer.payment.disputed_cents, troubles())

    payer.double.bank_takes_refund(refund, fails=True)
    payer.hears()

    assert before == (70_00, [Trouble.BEYOND])
    assert (payer.payment.disputed_cents, payer.payment.status) == (100_00, Status.CHARGED_BACK)
    assert troubles() == []


def test_each_step_of_the_payment_says_why(payer):
    payer.decides(payer.disputes(), won=True)

    assert [(one.to_status, one.reason) for one in list_moves(payment=payer.payment)][-2:] == [
        ("charged_back", "fraudulent"),
        ("accepted", "the dispute was won"),
    ]


CHANGES = (
    "UPDATE payments_dispute SET taken_cents = taken_cents + 1",
    "UPDATE payments_dispute SET closed_on = opened_on",
    "UPDATE payments_dispute SET refund_id = NULL",
    "UPDATE payments_refund SET status = 'requested' WHERE dispute_id IS NOT NULL",
    "UPDATE payments_refund SET dispute_id = NULL WHERE dispute_id IS NOT NULL",
    "UPDATE payments_dispute SET amount_cents = 1",
    "DELETE FROM payments_dispute",
)


def is_refused(change: str) -> bool:
    try:
        with transaction.atomic():
            fetch_all(change)
    except DatabaseError:
        return True
    return False


def test_the_database_refuses_a_dispute_that_does_not_add_up(payer):
    payer.disputes(25_00)

    assert [change for change in CHANGES if not is_refused(change)] == []
