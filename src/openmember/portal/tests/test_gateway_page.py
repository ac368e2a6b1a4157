"""Paying on the gateway's own page: away, back, back too early, and not at all."""

import pytest
from tests.doubles.stripe import NO_FUNDS_CARD
from tests.doubles.stripe_http import StripeServer

from openmember.payments.gateways import get_gateway
from openmember.payments.testing import an_account
from openmember.payments.types import Status


@pytest.fixture
def stripe(settings):
    with StripeServer() as server:
        settings.PAYMENT_GATEWAY = "stripe"
        settings.STRIPE_SECRET_KEY = "sk_test"
        settings.STRIPE_WEBHOOK_SECRET = server.double.webhook_secret
        settings.STRIPE_API_BASE = server.url
        get_gateway.cache_clear()
        yield server.double
        get_gateway.cache_clear()


@pytest.fixture
def away(stripe, holder):
    """The address of the gateway's page, to which a member was just sent."""
    holder.bill(40_00)
    holder.choose(what="all")
    return holder.confirm()["Location"]


def session_of(address: str) -> str:
    return address.rsplit("/", 1)[1]


def own_page(holder) -> str:
    (payment,) = holder.payments()
    return f"/payments/{payment.reference}/"


def test_a_payer_comes_back_to_the_receipt(holder, stripe, away):
    stripe.card_pays(session_of(away))

    text = holder.client.get(own_page(holder)).content.decode()

    assert stripe.session(session_of(away))["success_url"].endswith(own_page(holder))
    assert "Payment receipt" in text
    assert holder.balance().owed_cents == 0
    assert holder.get("pay_confirm")["Location"] == "/pay/"


def test_a_payer_who_comes_back_early_is_sent_to_the_same_page_again(holder, away):
    assert holder.confirm()["Location"] == away
    assert len(holder.payments()) == 1


def test_a_payer_who_never_paid_can_start_again(holder, stripe, away):
    stripe.card_pays(session_of(away), NO_FUNDS_CARD)
    stripe.time_passes(25 * 60 * 60)

    text = holder.client.get(own_page(holder)).content.decode()

    assert "Nothing was taken." in text
    again = holder.confirm()["Location"]
    assert again != away
    assert {payment.status for payment in holder.payments()} == {
        Status.DECLINED,
        Status.AUTHORISING,
    }


def test_no_page_speaks_of_a_test(holder, stripe):
    holder.bill(40_00)
    holder.choose(what="all")

    assert "test gateway" not in holder.get("pay_confirm").content.decode()


def test_a_guest_comes_back_to_a_page_of_their_own(guest, stripe):
    account = an_account()
    guest.post("guest", number=account.number, amount="20.00")
    guest.post("guest_how", method="card")
    away = guest.post("guest_confirm", key=guest.key("guest_confirm"))["Location"]
    stripe.card_pays(session_of(away))

    back = stripe.session(session_of(away))["success_url"]

    assert account.number not in back
    assert "Payment receipt" in guest.client.get(back).content.decode()
