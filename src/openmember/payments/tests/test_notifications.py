"""What Stripe tells by itself: whatever the order and however often, the books say it once."""

import itertools

import pytest

from openmember.ledger.queries import get_balance
from openmember.members.types import GUEST
from openmember.payments.gateways.protocol import GatewayUnreachable, NotGenuine
from openmember.payments.jobs import check_books
from openmember.payments.queries import get_payment, list_refunds
from openmember.payments.services.gateway import pay_through_gateway, resolve_payment
from openmember.payments.services.notifications import receive
from openmember.payments.testing import TODAY, a_bill, a_refund, an_account
from openmember.payments.types import Channel, Method, Payment, PaymentRequest, Status

pytestmark = pytest.mark.django_db


class Payer:
    """Someone on Stripe's page, and what Stripe tells us about it."""

    def __init__(self, server, method: Method = Method.CARD, cents: int = 100_00) -> None:
        self.server = server
        self.account = an_account()
        self.bill = a_bill(self.account, cents)
        request = PaymentRequest(
            key="k1", amount_cents=cents, method=method, channel=Channel.GUEST, payer="guest",
            effective_on=TODAY,
        )  # fmt: skip
        started = pay_through_gateway(account=self.account, request=request, actor=GUEST)
        self.first = started.payment
        self.session = started.redirect_url.rpartition("/")[2]

    @property
    def payment(self) -> Payment:
        return get_payment(numbers=self.account.numbers, payment_id=self.first.id)

    @property
    def owed_cents(self) -> int:
        return get_balance(account_number=self.account.number).owed_cents

    def hears(self, *events: dict) -> None:
        for event in events or self.server.double.events:
            payload, signature = self.server.double.signed(event)
            receive(gateway="stripe", payload=payload, signature=signature, on=TODAY)

    def refunds(self, cents: int) -> str:
        """Refund so much and return the id Stripe gave it."""
        resolve_payment(payment=self.payment, on=TODAY)
        a_refund(self.payment, cents, key="r1")
        return next(iter(self.server.double.refunds))


@pytest.fixture
def payer(stripe) -> Payer:
    return Payer(stripe)


def test_a_completed_page_is_an_accepted_payment(payer, stripe):
    stripe.double.card_pays(payer.session)

    payer.hears()

    assert (payer.payment.status, payer.payment.tender) == (Status.ACCEPTED, "Visa ending 4242")
    assert payer.owed_cents == 0


def test_an_expired_page_is_a_declined_payment(payer, stripe):
    stripe.double.expire_session(payer.session)

    payer.hears()

    assert payer.payment.status is Status.DECLINED


def test_a_bank_debit_waits_for_the_bank(stripe):
    payer = Payer(stripe, Method.ACH)
    stripe.double.bank_account_pays(payer.session)
    payer.hears()
    before = payer.payment.status

    stripe.double.bank_answers(payer.session)
    payer.hears()

    assert before is Status.AUTHORISING
    assert payer.payment.status is Status.ACCEPTED


def test_a_bank_debit_refused_by_the_bank_is_declined(stripe):
    payer = Payer(stripe, Method.ACH)
    stripe.double.bank_account_pays(payer.session)
    stripe.double.bank_answers(payer.session, refusal="insufficient_funds")

    payer.hears()

    assert payer.payment.decline_reason == "insufficient_funds"


def test_a_dispute_charges_the_payment_back_and_opens_its_bill(payer, stripe):
    stripe.double.card_pays(payer.session)
    payer.hears()

    stripe.double.payer_disputes(payer.session)
    payer.hears()

    assert payer.payment.status is Status.CHARGED_BACK
    assert payer.owed_cents == 100_00


def test_a_mere_inquiry_takes_nothing_back(payer, stripe):
    stripe.double.card_pays(payer.session)
    stripe.double.payer_disputes(payer.session, "warning_needs_response")

    payer.hears()

    assert payer.payment.status is Status.ACCEPTED


@pytest.mark.parametrize("order", list(itertools.permutations(range(2))))
def test_a_dispute_counts_even_when_it_overtakes_the_payment(payer, stripe, order):
    stripe.double.card_pays(payer.session)
    stripe.double.payer_disputes(payer.session)
    events = stripe.double.events

    payer.hears(*(events[place] for place in order), *events)

    assert payer.payment.status is Status.CHARGED_BACK
    assert check_books() == ()


def test_a_refund_that_comes_back_is_credit_again(payer, stripe):
    stripe.double.card_pays(payer.session)
    refund = payer.refunds(30_00)

    stripe.double.bank_takes_refund(refund, fails=True)
    payer.hears()

    assert [one.status for one in list_refunds(payment=payer.payment)] == ["failed"]
    assert get_balance(account_number=payer.account.number).credit_cents == 30_00
    assert check_books() == ()


def test_a_refund_to_a_bank_account_is_sent_when_the_bank_says_so(stripe):
    payer = Payer(stripe, Method.ACH)
    stripe.double.bank_account_pays(payer.session)
    stripe.double.bank_answers(payer.session)
    refund = payer.refunds(100_00)
    before = [one.status for one in list_refunds(payment=payer.payment)]

    stripe.double.bank_takes_refund(refund)
    payer.hears()

    assert before == ["requested"]
    assert [one.status for one in list_refunds(payment=payer.payment)] == ["sent"]


def test_everything_twice_and_backwards_says_the_same(payer, stripe):
    stripe.double.card_pays(payer.session)
    stripe.double.bank_takes_refund(payer.refunds(30_00), fails=True)
    stripe.double.payer_disputes(payer.session)
    payer.hears()
    once = payer.payment

    payer.hears(*reversed(stripe.double.events))
    payer.hears()

    assert payer.payment == once
    assert check_books() == ()


def test_an_event_about_nothing_of_ours_is_left_alone(payer, stripe):
    stripe.double.card_pays(payer.session)
    event = stripe.double.events[0]

    payer.hears({**event, "type": "customer.created", "data": {"object": {"id": "cus_1"}}})

    assert payer.payment.status is Status.AUTHORISING


def test_a_page_of_another_shop_on_the_same_account_is_left_alone(payer, stripe):
    stripe.double.card_pays(payer.session)
    stripe.double.session(payer.session)["client_reference_id"] = "order-17"

    payer.hears()

    assert payer.payment.status is Status.AUTHORISING


def test_a_wrong_signature_is_not_believed(payer, stripe):
    stripe.double.card_pays(payer.session)
    stripe.double.webhook_secret = "whsec_other"

    with pytest.raises(NotGenuine):
        payer.hears()

    assert payer.payment.status is Status.AUTHORISING


def test_an_old_delivery_repeated_by_a_stranger_is_not_believed(payer, stripe):
    stripe.double.card_pays(payer.session)
    event = stripe.double.events[0]
    payload, signature = stripe.double.signed(event, sent_at=event["created"] - 301)

    with pytest.raises(NotGenuine):
        receive(gateway="stripe", payload=payload, signature=signature, on=TODAY)


def test_a_page_stripe_does_not_know_has_to_be_told_again(payer, stripe):
    stripe.double.card_pays(payer.session)
    event = {**stripe.double.events[0], "data": {"object": {"id": "cs_unknown"}}}

    with pytest.raises(GatewayUnreachable):
        payer.hears(event)
