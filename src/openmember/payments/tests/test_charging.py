import pytest

from openmember.billing.types import BillLine, BillStatus, Line
from openmember.ledger.queries import get_balance
from openmember.payments.jobs import check_books
from openmember.payments.services.charging import charge
from openmember.payments.services.corrections import CannotCorrect, reverse_payment
from openmember.payments.services.door import PaymentRefused
from openmember.payments.testing import TESTER, TODAY, a_bill, a_payment, an_account
from openmember.payments.types import Status

pytestmark = pytest.mark.django_db


def a_charge(account, cents: int = 50_00):
    return charge(
        account=account, key="visit", line=Line.MEDICAL, title="Visit",
        lines=(BillLine("Visit", cents),), issued_on=TODAY, due_on=TODAY, actor=TESTER,
    )  # fmt: skip


def test_credit_settles_the_next_bill():
    account = an_account()
    a_payment(account, 70_00)

    bill = a_charge(account)

    assert bill.status is BillStatus.PAID
    assert get_balance(account_number=account.number).credit_cents == 20_00
    assert check_books() == ()


def test_credit_of_several_payments_is_used_oldest_first():
    account = an_account()
    a_payment(account, 30_00)
    a_payment(account, 30_00)

    assert a_charge(account).open_cents == 0
    assert get_balance(account_number=account.number).credit_cents == 10_00
    assert check_books() == ()


def test_a_charge_without_credit_stays_open():
    assert a_charge(an_account()).open_cents == 50_00


def test_the_same_charge_again_uses_no_credit_twice():
    account = an_account()
    a_payment(account, 30_00)

    assert a_charge(account).open_cents == a_charge(account).open_cents == 20_00


def test_what_a_gateway_took_is_not_voided(sandbox):
    from openmember.payments.services.gateway import pay_through_gateway
    from openmember.payments.types import Channel, Method, PaymentRequest

    account = an_account()
    a_bill(account)
    request = PaymentRequest("k", 20_00, Method.CARD, Channel.WEB, "guest", TODAY)
    payment = pay_through_gateway(account=account, request=request, actor=TESTER).payment

    with pytest.raises(CannotCorrect, match="refund, not voided"):
        reverse_payment(
            payment=payment, to=Status.VOIDED, reason="slip", reversed_on=TODAY, actor=TESTER
        )


def test_nobody_pays_with_a_transfer():
    from openmember.payments.services.door import take_payment
    from openmember.payments.types import Channel, Method, PaymentRequest

    request = PaymentRequest("k", 20_00, Method.TRANSFER, Channel.COMMAND, "guest", TODAY)

    with pytest.raises(PaymentRefused):
        take_payment(account=an_account(), request=request, actor=TESTER)
