"""Undoing payments and giving money back at the desk."""

import pytest

from openmember.desk.tests.reading import again, open_cents, words
from openmember.members.types import Role
from openmember.payments.services.door import take_payment
from openmember.payments.testing import TESTER, TODAY, a_bill, a_payment, an_account
from openmember.payments.types import Channel, Method, PaymentRequest, Status

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(desk_of):
    return desk_of(Role.SUPERVISOR, account=an_account())


@pytest.fixture
def premium(desk):
    return a_bill(desk.account, 100_00)


@pytest.mark.parametrize("to", ["voided", "returned", "charged_back"])
def test_a_payment_undone_opens_its_bills_again(desk, premium, to):
    payment = a_payment(desk.account, 80_00, premium)

    desk.do("undo", payment.reference, to=to, reason="NSF")
    twice = desk.do("undo", payment.reference, to=to, reason="NSF")

    assert "was done already" in words(twice)
    assert again(payment).status is Status(to)
    assert open_cents(premium) == 100_00
    assert desk.audited(f"payment.{to}")[0].detail["reason"] == "NSF"


def test_a_payment_partly_refunded_cannot_be_voided(desk, premium):
    payment = a_payment(desk.account, 80_00, premium)
    desk.do("refund", payment.reference, amount="10", reason="Overpaid")

    answer = desk.do("undo", payment.reference, key="key-2", to="voided", reason="Mistake")

    assert answer.status_code == 422
    assert again(payment).status is Status.ACCEPTED


def test_a_payment_undone_already_is_refused_in_words(desk):
    payment = a_payment(desk.account)
    desk.do("undo", payment.reference, to="returned", reason="NSF")

    answer = desk.do("undo", payment.reference, key="key-2", to="returned", reason="NSF")

    assert "is returned already. Nothing was changed." in words(answer)


def test_part_of_a_payment_is_refunded_once_however_often_it_is_sent(desk, premium):
    payment = a_payment(desk.account, 80_00, premium)

    asked = desk.ask("refund", payment.reference, amount="30", reason="Overpaid")
    desk.do("refund", payment.reference, amount="30", reason="Overpaid")
    desk.do("refund", payment.reference, amount="30", reason="Overpaid")

    assert "Taken off bills, which are open again" in words(asked)
    assert again(payment).refunded_cents == 30_00
    assert (open_cents(premium), desk.balance().refunds_cents) == (50_00, 30_00)
    assert desk.audited("refund.request")[0].detail["reason"] == "Overpaid"


def test_a_card_payment_is_refunded_whole_through_its_gateway(desk, premium):
    from openmember.payments.services.gateway import pay_through_gateway

    request = PaymentRequest(
        "web-1", 100_00, Method.CARD, Channel.WEB, "guest", TODAY, (premium.id,)
    )
    payment = pay_through_gateway(account=desk.account, request=request, actor=TESTER).payment

    desk.do("refund", payment.reference, amount="100", reason="Paid twice")

    assert again(payment).status is Status.REFUNDED
    assert desk.balance().refunds_cents == 0


def test_more_than_is_left_is_not_refunded(desk):
    payment = a_payment(desk.account, 40_00)
    desk.do("refund", payment.reference, amount="30", reason="Overpaid")

    answer = desk.do("refund", payment.reference, key="key-2", amount="10.01", reason="Overpaid")

    assert "Enter $10.00 or less." in words(answer)
    assert again(payment).refunded_cents == 30_00


def test_a_payment_that_waits_offers_nothing_to_move(desk):
    request = PaymentRequest("check-1", 10_00, Method.CHECK, Channel.LOCKBOX, "guest", TODAY)
    payment = take_payment(account=desk.account, request=request, actor=TESTER)
    desk.do("undo", payment.reference, to="returned", reason="NSF")

    assert desk.get("move", payment.reference).status_code == 404
    assert "Refund" not in words(desk.get("payment", payment.reference)).split("What it settles")[0]
