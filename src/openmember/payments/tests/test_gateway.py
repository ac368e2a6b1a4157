"""Payments a gateway approves, with the sandbox and with Stripe: nothing guessed, nothing charged twice."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction
from tests.doubles.stripe import NO_FUNDS_CARD
from tests.doubles.stripe_http import Fault

from openmember.kernel.sql import fetch_all
from openmember.ledger.queries import get_balance, list_transfers
from openmember.members.types import GUEST
from openmember.payments.gateways.protocol import Answer, DeclineReason, Outcome
from openmember.payments.jobs import check_books, deliver_sandbox_answers
from openmember.payments.queries import list_moves, list_payments
from openmember.payments.services.door import KeyReused
from openmember.payments.services.gateway import (
    UnknownPayment,
    list_waiting,
    pay_through_gateway,
    record_answer,
    record_notification,
    resolve_payment,
)
from openmember.payments.testing import TESTER, TODAY, a_bill, an_account
from openmember.payments.types import Channel, Method, Payment, PaymentRequest, Status

pytestmark = pytest.mark.django_db


def a_request(cents: int = 40_00, key: str = "k1", *bills) -> PaymentRequest:
    return PaymentRequest(
        key=key, amount_cents=cents, method=Method.CARD, channel=Channel.GUEST, payer="guest",
        effective_on=TODAY, bill_ids=tuple(bill.id for bill in bills),
    )  # fmt: skip


def pay(account, request: PaymentRequest) -> Payment:
    return pay_through_gateway(account=account, request=request, actor=GUEST).payment


def resolve(payment: Payment) -> Payment:
    return resolve_payment(payment=payment, on=TODAY)


def time_passes() -> None:
    fetch_all("UPDATE payments_sandbox_charge SET answers_at = now(), notify_at = now()")


def owed_and_credit(account) -> tuple[int, int]:
    balance = get_balance(account_number=account.number)
    return balance.owed_cents, balance.credit_cents


def test_an_approved_payment_settles_its_bill_and_keeps_its_tender(sandbox):
    account = an_account()
    bill = a_bill(account, 40_00)

    payment = pay(account, a_request(40_00, "k1", bill))

    assert (payment.status, payment.tender) == (Status.ACCEPTED, "Test card ending 4242")
    assert owed_and_credit(account) == (0, 0)


def test_a_declined_payment_moves_nothing_and_says_why(sandbox):
    account = an_account()
    a_bill(account, 100_00)

    payment = pay(account, a_request(40_01))

    assert (payment.status, payment.decline_reason) == (
        Status.DECLINED,
        DeclineReason.INSUFFICIENT_FUNDS,
    )
    assert owed_and_credit(account) == (100_00, 0)
    assert not [one for one in list_transfers(account_number=account.number) if one.kind != "bill"]


def test_the_key_of_a_declined_payment_can_be_used_again(sandbox):
    account = an_account()
    declined = pay(account, a_request(40_01))

    taken = pay(account, a_request(40_00))

    assert taken.id != declined.id
    assert taken.status is Status.ACCEPTED


def test_a_repeated_key_charges_once(sandbox):
    account = an_account()

    assert pay(account, a_request()).id == pay(account, a_request()).id
    assert owed_and_credit(account) == (0, 40_00)


def test_a_repeated_key_for_another_amount_is_refused_and_leaves_no_trace(sandbox):
    account = an_account()
    first = pay(account, a_request())

    with pytest.raises(KeyReused), transaction.atomic():
        pay(account, a_request(50_00))

    assert list_payments(numbers=account.numbers).payments == (first,)


def test_a_lost_answer_is_unknown_until_it_is_asked_for(sandbox):
    account = an_account()

    payment = pay(account, a_request(40_03))

    assert payment.status is Status.UNKNOWN
    assert owed_and_credit(account) == (0, 0)
    assert resolve(payment).status is Status.ACCEPTED
    assert owed_and_credit(account) == (0, 40_03)


def test_a_lost_request_is_declined_once_it_is_asked_for(sandbox):
    account = an_account()
    payment = pay(account, a_request(40_04))

    resolved = resolve(payment)

    assert (resolved.status, resolved.decline_reason) == (
        Status.DECLINED,
        DeclineReason.NOT_RECEIVED,
    )


def test_an_answer_told_twice_counts_once(sandbox):
    account = an_account()
    pay(account, a_request(40_05))

    deliver_sandbox_answers(TODAY)

    assert owed_and_credit(account) == (0, 40_05)
    assert check_books() == ()


def test_an_answer_told_late_is_taken_when_it_comes(sandbox):
    account = an_account()
    payment = pay(account, a_request(40_06))
    time_passes()

    deliver_sandbox_answers(TODAY + timedelta(days=1))

    moved = list_moves(payment=payment)
    assert [move.to_status for move in moved] == ["authorising", "accepted"]
    assert owed_and_credit(account) == (0, 40_06)


def test_money_counts_from_the_day_it_was_approved(sandbox):
    account = an_account()
    payment = pay(account, a_request(40_06))
    time_passes()

    resolved = resolve_payment(payment=payment, on=TODAY + timedelta(days=1))

    assert resolved.effective_on == TODAY + timedelta(days=1)


def test_an_approval_after_a_decline_is_taken(sandbox):
    account = an_account()
    payment = pay(account, a_request(40_01))

    taken = record_answer(
        payment=payment, answer=Answer(Outcome.APPROVED, "late-1"), on=TODAY, actor=TESTER
    )

    assert taken.status is Status.ACCEPTED
    assert owed_and_credit(account) == (0, 40_01)


def test_an_approval_after_a_decline_stands_beside_the_payment_that_reused_its_key(sandbox):
    account = an_account()
    declined = pay(account, a_request(40_01))
    pay(account, a_request(40_00))

    late = Answer(Outcome.APPROVED, "late-1")
    record_answer(payment=declined, answer=late, on=TODAY, actor=TESTER)

    assert owed_and_credit(account) == (0, 80_01)
    assert check_books() == ()


def test_a_decline_after_the_approval_changes_nothing(sandbox):
    account = an_account()
    payment = pay(account, a_request())

    after = record_answer(
        payment=payment, answer=Answer(Outcome.DECLINED, reason="late"), on=TODAY, actor=TESTER
    )

    assert after == payment


def test_an_approval_that_comes_after_a_merge_reaches_the_joined_account(sandbox):
    from openmember.payments.services.corrections import merge_accounts

    old, new = an_account(), an_account()
    payment = pay(old, a_request(40_03))
    merge_accounts(account=old, into=new, merged_on=TODAY, actor=TESTER)

    resolve(payment)

    assert owed_and_credit(old) == (0, 0)
    assert owed_and_credit(new) == (0, 40_03)
    assert check_books() == ()


def test_a_notification_about_somebody_elses_payment_is_refused(sandbox):
    with pytest.raises(UnknownPayment):
        record_notification(
            key="P-0000-0001-0", answer=Answer(Outcome.APPROVED), on=TODAY, gateway="sandbox"
        )


def test_what_waits_is_listed_once_it_is_old_enough(sandbox):
    account = an_account()
    payment = pay(account, a_request(40_03))

    assert list_waiting(older_than_seconds=60) == ()
    assert [one.id for one in list_waiting(older_than_seconds=-1)] == [payment.id]


def test_stripe_sends_the_payer_to_its_page_and_the_answer_is_asked_for(stripe):
    account = an_account()
    started = pay_through_gateway(account=account, request=a_request(), actor=GUEST)
    session = started.redirect_url.rpartition("/")[2]
    stripe.double.card_pays(session)

    paid = resolve(started.payment)

    assert (paid.status, paid.tender) == (Status.ACCEPTED, "Visa ending 4242")


def test_stripe_is_told_neither_the_number_nor_the_name(stripe):
    account = an_account()
    pay(account, a_request())

    said = str(stripe.double.sessions)
    assert account.number not in said
    assert "Ruiz" not in said


def test_going_back_to_pay_leads_to_the_same_page(stripe):
    account = an_account()
    first = pay_through_gateway(account=account, request=a_request(), actor=GUEST)
    stripe.double.card_pays(first.redirect_url.rpartition("/")[2], NO_FUNDS_CARD)

    again = pay_through_gateway(account=account, request=a_request(), actor=GUEST)

    assert again == first


def test_a_stripe_page_whose_address_was_lost_is_handed_back_on_repeating(stripe):
    account = an_account()
    stripe.fails_next(Fault.ANSWER_LOST)
    lost = pay_through_gateway(account=account, request=a_request(), actor=GUEST)

    again = pay_through_gateway(account=account, request=a_request(), actor=GUEST, language="es")

    assert (lost.payment.status, lost.redirect_url) == (Status.UNKNOWN, "")
    assert again.redirect_url
    assert len(stripe.double.sessions) == 1


def test_a_stripe_page_left_alone_is_declined_and_the_key_is_free(stripe):
    account = an_account()
    payment = pay(account, a_request())
    stripe.double.time_passes(31 * 60)

    abandoned = resolve(payment)

    assert abandoned.decline_reason == DeclineReason.ABANDONED
    assert pay(account, a_request()).id != payment.id


def test_another_method_under_the_same_key_is_refused(sandbox):
    account = an_account()
    pay(account, a_request())

    with pytest.raises(KeyReused):
        pay(account, replace(a_request(), method=Method.ACH))
