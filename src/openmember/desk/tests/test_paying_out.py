"""Refunds the office pays out, and what is not given back, at the desk."""

import pytest

from openmember.desk.tests.reading import again, open_cents, words
from openmember.members.types import Role
from openmember.payments.jobs import check_books
from openmember.payments.queries import list_payments, list_refunds
from openmember.payments.services.corrections import merge_accounts
from openmember.payments.services.gateway import pay_through_gateway
from openmember.payments.testing import TESTER, TODAY, a_bill, a_payment, an_account
from openmember.payments.types import Channel, Method, PaymentRequest, Status

pytestmark = pytest.mark.django_db

KEPT = "Not paid out: keep as credit"


@pytest.fixture
def desk(desk_of):
    return desk_of(Role.SUPERVISOR, account=an_account())


@pytest.fixture
def premium(desk):
    return a_bill(desk.account, 100_00)


@pytest.fixture
def payment(desk, premium):
    """A cash payment of which $30.00 wait to be paid out."""
    payment = a_payment(desk.account, 80_00, premium)
    desk.do("refund", payment.reference, key="refund", amount="30", reason="Overpaid")
    return payment


@pytest.fixture
def card_payment(desk, premium):
    request = PaymentRequest(
        "web-1", 100_00, Method.CARD, Channel.WEB, "guest", TODAY, (premium.id,)
    )
    return pay_through_gateway(account=desk.account, request=request, actor=TESTER).payment


@pytest.fixture
def moved(desk):
    """Credit that came from an account joined to this one."""
    other = an_account()
    a_payment(other, 20_00)
    merge_accounts(account=other, into=desk.account, merged_on=TODAY, actor=TESTER)
    return list_payments(numbers=(desk.account.number,), limit=1, offset=0).payments[0]


def about(payment):
    return payment.reference, list_refunds(payment=payment)[0].reference


def statuses(payment):
    return [refund.status for refund in list_refunds(payment=payment)]


def test_a_waiting_refund_offers_both_ways_to_end(desk, payment):
    shown = words(desk.get("payment", payment.reference))

    assert "To be paid out" in shown
    assert KEPT in shown


def test_a_refund_paid_out_is_payable_no_more(desk, payment, premium):
    asked = desk.ask("paid_out", *about(payment), reason="Check 1207")
    before = desk.balance().refunds_cents
    done = desk.do("paid_out", *about(payment), reason="Check 1207")

    assert "Nothing has happened yet." in words(asked)
    assert (before, desk.balance().refunds_cents) == (30_00, 0)
    assert "$30.00 was paid out." in words(done)
    assert KEPT not in words(done)
    assert open_cents(premium) == 50_00
    assert desk.audited("refund.paid_out")[0].detail["reason"] == "Check 1207"
    assert check_books() == ()


def test_a_refund_not_paid_out_is_credit_again(desk, payment):
    asked = desk.ask("not_paid_out", *about(payment), reason="Mistake")
    desk.do("not_paid_out", *about(payment), reason="Mistake")

    assert "Becomes credit" in words(asked)
    assert (again(payment).unapplied_cents, again(payment).refunded_cents) == (30_00, 0)
    assert statuses(payment) == ["failed"]
    assert desk.audited("refund.taken_back")[0].detail["reason"] == "Mistake"


@pytest.mark.parametrize("page", ["paid_out", "not_paid_out"])
def test_a_form_sent_twice_is_done_once(desk, payment, page):
    desk.do(page, *about(payment), reason="Once")
    twice = desk.do(page, *about(payment), reason="Once")

    assert "was done already" in words(twice)
    assert len(desk.audited("refund.paid_out") + desk.audited("refund.taken_back")) == 1


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("paid_out", "not_paid_out", "The refund was paid out already. Nothing was changed."),
        ("not_paid_out", "paid_out", "The refund was taken back already. Nothing was changed."),
    ],
)
def test_the_other_end_is_refused_in_words(desk, payment, first, second, said):
    desk.do(first, *about(payment), reason="One")
    answer = desk.do(second, *about(payment), key="key-2", reason="Other")

    assert answer.status_code == 422
    assert said in words(answer)


def test_a_check_that_bounced_meanwhile_leaves_no_credit_to_keep(desk, payment):
    desk.do("undo", payment.reference, key="undo", to="returned", reason="NSF")
    shown = words(desk.get("payment", payment.reference))

    desk.do("not_paid_out", *about(payment), reason="NSF")

    assert "Not paid out" in shown
    assert KEPT not in shown
    assert (desk.balance().credit_cents, desk.balance().refunds_cents) == (0, 0)


def test_a_refund_of_another_payment_is_not_found(desk, payment):
    _, refund = about(payment)
    other = a_payment(desk.account)

    assert desk.get("paid_out", other.reference, refund).status_code == 404
    assert desk.get("paid_out", payment.reference, "R-nonsense").status_code == 404


def test_a_refund_through_a_gateway_is_not_ended_at_the_desk(desk, card_payment):
    desk.do("refund", card_payment.reference, key="refund", amount="10", reason="Overpaid")
    answer = desk.do("not_paid_out", *about(card_payment), reason="Mistake")

    assert answer.status_code == 422
    assert "is for the card or bank network to say" in words(answer)


def test_a_payment_through_a_gateway_is_not_voided(desk, card_payment):
    shown = words(desk.get("payment", card_payment.reference))
    form = words(desk.get("undo", card_payment.reference))
    answer = desk.do("undo", card_payment.reference, to="voided", reason="Mistake")

    assert "Returned or disputed" in shown
    assert "void it" not in form
    assert answer.status_code == 422
    assert "is not voided. Refund it instead." in words(answer)
    assert again(card_payment).status is Status.ACCEPTED


def test_money_from_a_joined_account_is_not_given_back(desk, moved):
    shown = words(desk.get("payment", moved.reference))
    answers = [
        desk.do("undo", moved.reference, to="voided", reason="Mistake"),
        desk.do("refund", moved.reference, key="key-2", amount="5", reason="Mistake"),
    ]

    assert moved.method is Method.TRANSFER
    assert "Void or returned" not in shown
    for answer in answers:
        assert answer.status_code == 422
        assert "Undo the payment it came from." in words(answer)
    assert again(moved) == moved
