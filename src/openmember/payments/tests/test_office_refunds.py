"""Refunds of cash and checks, which the office pays out: finished once, one way or the other."""

import threading

import pytest
from django.db import connection

from openmember.kernel.audit.queries import list_entries
from openmember.ledger.queries import get_balance
from openmember.members.types import NotAllowed, Role
from openmember.payments.jobs import check_books, ensure_months
from openmember.payments.queries import list_refunds
from openmember.payments.services.corrections import merge_accounts
from openmember.payments.services.gateway import pay_through_gateway
from openmember.payments.services.refunds import (
    RefundRefused,
    finish_office_refund,
)
from openmember.payments.testing import TESTER, TODAY, a_payment, a_refund, an_account, staff
from openmember.payments.types import Channel, Method, PaymentRequest, Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    return an_account()


def refunded(payment, cents=40_00):
    return a_refund(payment, cents, key="r1")


def finish(payment, *, sent, actor=TESTER, refund_id=None):
    return finish_office_refund(
        payment=payment, refund_id=refund_id or list_refunds(payment=payment)[0].id, sent=sent,
        reason="check 1207", on=TODAY, actor=actor,
    )  # fmt: skip


def balances(account):
    balance = get_balance(account_number=account.number)
    return balance.credit_cents, balance.refunds_cents


def audited(account):
    entries = list_entries(numbers=(account.number,), limit=50)
    ends = ("refund.paid_out", "refund.taken_back")
    return [entry.action for entry in entries if entry.action in ends]


@pytest.mark.parametrize(
    ("sent", "action", "status", "left"),
    [
        (True, "refund.paid_out", Status.REFUNDED, (0, 0)),
        (False, "refund.taken_back", Status.ACCEPTED, (40_00, 0)),
    ],
)
def test_a_refund_ends_once_however_often_it_is_said(account, sent, action, status, left):
    payment = refunded(a_payment(account, 40_00))

    finish(payment, sent=sent)
    repeated = finish(payment, sent=sent)

    assert repeated.status is status
    assert balances(account) == left
    assert audited(account) == [action]
    assert check_books() == ()


@pytest.mark.parametrize(("first", "said"), [(True, "paid out"), (False, "taken back")])
def test_what_was_said_first_stands(account, first, said):
    payment = refunded(a_payment(account, 40_00))
    finish(payment, sent=first)
    stood = balances(account)

    with pytest.raises(RefundRefused, match=f"was {said} already"):
        finish(payment, sent=not first)

    assert balances(account) == stood


def test_only_who_may_refund_ends_one(account):
    payment = refunded(a_payment(account, 40_00))

    with pytest.raises(NotAllowed):
        finish(payment, sent=True, actor=staff(Role.CASHIER))


def test_a_gateway_answers_for_its_own_refunds(account):
    request = PaymentRequest("web-1", 40_00, Method.CARD, Channel.WEB, "guest", TODAY)
    paid = pay_through_gateway(account=account, request=request, actor=TESTER).payment

    with pytest.raises(RefundRefused, match="network to say"):
        finish(refunded(paid), sent=False)


def test_a_refund_of_another_payment_is_refused(account):
    payment = refunded(a_payment(account, 40_00))
    other = a_payment(account)

    with pytest.raises(RefundRefused, match="no such refund"):
        finish(other, sent=True, refund_id=list_refunds(payment=payment)[0].id)


def test_credit_that_moved_to_a_joined_account_is_not_taken_back_as_a_refund(account):
    payment = a_payment(account, 40_00)
    merge_accounts(account=account, into=an_account(), merged_on=TODAY, actor=TESTER)

    with pytest.raises(RefundRefused):
        finish(payment, sent=False)


def test_a_refund_taken_back_on_a_joined_account_is_credit_of_the_one_it_joined(account):
    into = an_account()
    payment = refunded(a_payment(account, 40_00))
    merge_accounts(account=account, into=into, merged_on=TODAY, actor=TESTER)

    finish(payment, sent=False)

    assert (balances(account), balances(into)) == ((0, 0), (40_00, 0))
    assert check_books() == ()


@pytest.mark.django_db(transaction=True)
def test_of_two_answers_at_once_one_stands():
    ensure_months(TODAY)
    account = an_account()
    payment = refunded(a_payment(account, 40_00))
    said, started = [], threading.Barrier(2)

    def answer(sent):
        started.wait()
        try:
            finish(payment, sent=sent)
            said.append("done")
        except RefundRefused:
            said.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=answer, args=[sent]) for sent in (True, False)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == ["done", "refused"]
    assert len(audited(account)) == 1
