"""Giving back: set aside, sent, refused, and come back after having been sent."""

import pytest
from django.db import transaction
from django.db.utils import IntegrityError

from openmember.billing.queries import get_bill
from openmember.kernel.sql import fetch_all
from openmember.ledger.queries import get_balance
from openmember.members.types import NotAllowed, Role
from openmember.payments.credits.services.refunds import (
    CreditRefused,
    alone_cents,
    decide_refund,
    propose_refund,
    refund_payment,
)
from openmember.payments.credits.types import CreditRefund
from openmember.payments.gateways.protocol import Answer, Outcome
from openmember.payments.jobs import check_books
from openmember.payments.queries import get_payment, list_refunds
from openmember.payments.services.corrections import merge_accounts, reverse_payment
from openmember.payments.services.door import take_payment
from openmember.payments.services.refunds import RefundRefused, record_refund
from openmember.payments.testing import TESTER, TODAY, a_bill, a_payment, an_account, staff
from openmember.payments.types import Channel, Method, Payment, PaymentRequest, Status

pytestmark = pytest.mark.django_db

SENT = Answer(Outcome.APPROVED, "re_1")
FAILED = Answer(Outcome.DECLINED, "re_1", reason="closed account")


@pytest.fixture
def account():
    return an_account()


@pytest.fixture(autouse=True)
def _the_books_balance_afterwards():
    yield
    assert check_books() == ()


def refund_of(payment: Payment, cents: int, key: str = "r1", actor=TESTER) -> CreditRefund:
    with transaction.atomic():
        return refund_payment(
            payment=payment, amount_cents=cents, key=key, reason="overpaid", refunded_on=TODAY,
            actor=actor,
        )  # fmt: skip


def refund(payment: Payment, cents: int, key: str = "r1", actor=TESTER) -> Payment:
    refund_of(payment, cents, key, actor)
    return get_payment(numbers=(payment.account_number,), payment_id=payment.id)


def finish(payment: Payment, *answers: Answer) -> Payment:
    refund_id = list_refunds(payment=payment)[0].id
    for answer in answers:
        record_refund(payment=payment, refund_id=refund_id, answer=answer, on=TODAY)
    return get_payment(numbers=(payment.account_number,), payment_id=payment.id)


def balances(account) -> tuple[int, int, int]:
    balance = get_balance(account_number=account.number)
    return balance.owed_cents, balance.credit_cents, balance.refunds_cents


def test_a_refund_takes_credit_first(account):
    a_bill(account, 30_00)

    refund(a_payment(account, 40_00), 10_00)

    assert balances(account) == (0, 0, 10_00)


def test_a_refund_beyond_the_credit_opens_the_last_bill_first(account):
    first, last = a_bill(account, 30_00), a_bill(account, 30_00)
    payment = a_payment(account, 60_00, first, last)

    refund(payment, 20_00)

    opened = [
        get_bill(numbers=account.numbers, bill_id=bill.id, today=TODAY).open_cents
        for bill in (first, last)
    ]
    assert opened == [0, 20_00]


def test_a_whole_refund_ends_the_payment(account):
    assert refund(a_payment(account, 40_00), 40_00).status is Status.REFUNDED


def test_a_part_leaves_it_as_it_was(account):
    assert refund(a_payment(account, 40_00), 39_99).status is Status.ACCEPTED


@pytest.mark.parametrize("cents", [40_01, 0, -1])
def test_no_more_is_given_back_than_came(account, cents):
    with pytest.raises(RefundRefused):
        refund(a_payment(account, 40_00), cents)


def test_the_same_key_refunds_once(account):
    payment = a_payment(account, 40_00)

    refund(payment, 10_00)
    refund(payment, 10_00)

    assert balances(account) == (0, 30_00, 10_00)


def test_the_same_key_for_another_amount_is_refused(account):
    payment = a_payment(account, 40_00)
    refund(payment, 10_00)

    with pytest.raises(RefundRefused):
        refund(payment, 20_00)


def test_only_who_may_refund_does(account):
    with pytest.raises(NotAllowed):
        refund(a_payment(account), 1_00, actor=staff(Role.REPRESENTATIVE))


def test_a_sent_refund_is_payable_no_more(account):
    payment = refund(a_payment(account, 40_00), 10_00)

    finish(payment, SENT, SENT)

    assert balances(account) == (0, 30_00, 0)


def test_a_failed_refund_is_credit_again(account):
    payment = refund(a_payment(account, 40_00), 40_00)

    failed = finish(payment, FAILED, FAILED)

    assert failed.status is Status.ACCEPTED
    assert balances(account) == (0, 40_00, 0)


def test_a_refund_that_was_sent_can_still_come_back(account):
    payment = refund(a_payment(account, 40_00), 10_00)

    returned = finish(payment, SENT, FAILED)

    assert returned.refunded_cents == 0
    assert balances(account) == (0, 40_00, 0)


def test_word_that_it_was_sent_after_it_came_back_changes_nothing(account):
    payment = refund(a_payment(account, 40_00), 10_00)

    finish(payment, FAILED, SENT)

    assert balances(account) == (0, 40_00, 0)


def test_a_failed_refund_can_be_asked_for_anew(account):
    payment = refund(a_payment(account, 40_00), 10_00)
    finish(payment, FAILED)

    refund(payment, 10_00, key="r2")

    assert [one.status for one in list_refunds(payment=payment)] == ["failed", "requested"]


@pytest.mark.parametrize("answers", [(FAILED,), (SENT, FAILED)])
def test_a_refund_failing_after_the_bank_took_all_back_leaves_no_credit(account, answers):
    payment = refund(a_payment(account, 40_00), 10_00)
    reverse_payment(
        payment=payment, to=Status.CHARGED_BACK, reason="fraud", reversed_on=TODAY, actor=TESTER
    )

    finish(payment, *answers)

    assert balances(account) == (0, 0, 0)


def test_a_refund_that_comes_back_to_a_joined_account_is_credit_of_the_one_it_joined(account):
    into = an_account()
    payment = refund(a_payment(account, 40_00), 40_00)
    merge_accounts(account=account, into=into, merged_on=TODAY, actor=TESTER)

    finish(payment, SENT, FAILED)

    assert balances(account) == (0, 0, 0)
    assert balances(into) == (0, 40_00, 0)


def test_above_the_limit_a_payment_waits_for_a_second_person_and_nothing_moves(account):
    bill = a_bill(account, 150_00)
    payment = a_payment(account, 150_00, bill)

    asked = refund_of(payment, 100_01)

    assert asked.status == "proposed"
    assert balances(account) == (0, 0, 0)
    with pytest.raises(CreditRefused, match="somebody else"):
        decide_refund(refund=asked, approved=True, decision="x", on=TODAY, actor=TESTER)

    decided = decide_refund(
        refund=asked, approved=True, decision="right", on=TODAY, actor=staff(Role.SUPERVISOR)
    )

    assert decided.status == "approved"
    assert balances(account) == (100_01, 0, 100_01)


def test_small_refunds_of_payments_and_of_credit_count_against_one_limit(account):
    payment = a_payment(account, 200_00, a_bill(account, 90_00))
    credit = propose_refund(
        account=account, amount_cents=60_00, key="c1", reason="asked", on=TODAY, actor=TESTER
    )

    assert credit.status == "approved"
    assert alone_cents(account_number=account.number, on=TODAY) == 40_00
    assert refund_of(payment, 40_01, key="r1").status == "proposed"


def test_what_waits_for_approval_is_not_asked_for_again(account):
    payment = a_payment(account, 200_00, a_bill(account, 200_00))
    refund_of(payment, 150_00, key="r1")

    with pytest.raises(RefundRefused, match="asked for already"):
        refund_of(payment, 60_00, key="r2")


def test_a_refused_refund_leaves_the_bills_settled(account):
    payment = a_payment(account, 200_00, a_bill(account, 200_00))
    asked = refund_of(payment, 150_00)

    decide_refund(
        refund=asked, approved=False, decision="no", on=TODAY, actor=staff(Role.SUPERVISOR)
    )

    assert balances(account) == (0, 0, 0)


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_a_refund_nobody_approved(account):
    payment = a_payment(account, 40_00)

    with pytest.raises(IntegrityError, match="approved before it is made"):
        fetch_all(
            "SELECT payments_refund_begin(%(n)s, %(p)s, 'k', 1000, 'r', %(on)s, 'me')",
            {"n": account.number, "p": payment.id, "on": TODAY},
        )
    assert balances(account) == (0, 40_00, 0)


def test_a_check_that_may_still_bounce_is_not_refunded_yet(account):
    check = take_payment(
        account=account,
        request=PaymentRequest("c", 40_00, Method.CHECK, Channel.LOCKBOX, "guest", TODAY),
        actor=TESTER,
    )

    with pytest.raises(RefundRefused, match="may still bounce"):
        refund_of(check, 10_00)
