"""Paying on the gateway's own page: away, back, back too early, and not at all."""

import pytest
from django.test import Client
from django.utils import timezone
from tests.doubles.stripe import NO_FUNDS_CARD
from tests.doubles.stripe_http import StripeServer

from openmember.kernel.sql import fetch_all
from openmember.members.testing import staff
from openmember.members.types import Role
from openmember.payments.assisted.services import links
from openmember.payments.assisted.services.refusals import AssistedRefused
from openmember.payments.assisted.testing import a_link
from openmember.payments.gateways import get_gateway
from openmember.payments.queries import list_payments
from openmember.payments.testing import a_bill, a_member, an_account
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


def statuses(payments):
    return [one.status for one in sorted(payments, key=lambda one: one.id)]


def test_another_way_to_pay_closes_the_page_that_was_left(holder, stripe, away):
    holder.post("pay_how", method="ach")

    other = holder.confirm()["Location"]

    assert other != away
    assert not stripe.card_pays(session_of(away))
    assert statuses(holder.payments()) == [Status.DECLINED, Status.AUTHORISING]


def test_what_was_paid_on_the_page_that_was_left_is_not_paid_again(holder, stripe, away):
    holder.post("pay_how", method="ach")
    stripe.card_pays(session_of(away))

    answer = holder.confirm()

    assert "Payment receipt" in holder.client.get(answer["Location"]).content.decode()
    assert statuses(holder.payments()) == [Status.ACCEPTED]


def test_the_page_of_a_payment_left_early_leads_on(holder, away):
    text = holder.client.get(own_page(holder)).content.decode()

    assert "You have not paid yet" in text
    assert 'href="/pay/confirm/"' in text


@pytest.fixture
def link(db, stripe):
    """A payment link whose payer is at the gateway's page: what was asked, the browser, the address."""
    fetch_all("DELETE FROM kernel_throttle")
    account = an_account(holder=a_member(email="ana@example.org"))
    asked, token = a_link(account, 45_10, a_bill(account, 45_10), now=timezone.now())
    payer = Client()
    payer.get(f"/pay-link/{token}/open/", follow=True)
    return asked, payer, payer.post("/pay-link/", {"method": "card"})["Location"]


def paid_by(asked):
    return list_payments(numbers=(asked.account_number,)).payments


def take_back(asked):
    links.revoke_link(
        asked=asked,
        actor=staff(Role.REPRESENTATIVE),
        now=timezone.now(),
        today=timezone.localdate(),
    )


def test_who_comes_back_to_a_link_goes_on_at_the_same_page(link):
    asked, payer, away = link

    back = payer.get("/pay-link/")

    assert "Nothing was taken" in back.content.decode()
    assert payer.post("/pay-link/", {"method": "card"})["Location"] == away
    assert statuses(paid_by(asked)) == [Status.AUTHORISING]


def test_who_comes_back_to_a_link_may_pay_in_another_way(link, stripe):
    asked, payer, away = link

    other = payer.post("/pay-link/", {"method": "ach"})["Location"]

    assert other != away
    assert not stripe.card_pays(session_of(away))
    assert statuses(paid_by(asked)) == [Status.DECLINED, Status.AUTHORISING]


def test_a_link_paid_just_before_another_way_is_chosen_is_paid_once(link, stripe):
    asked, payer, away = link
    stripe.card_pays(session_of(away))

    receipt = payer.post("/pay-link/", {"method": "ach"}, follow=True)

    assert "Payment receipt" in receipt.content.decode()
    assert statuses(paid_by(asked)) == [Status.ACCEPTED]


def test_a_link_taken_back_closes_the_page_too(link, stripe):
    asked, payer, away = link

    take_back(asked)

    assert not stripe.card_pays(session_of(away))
    assert payer.get("/pay-link/").status_code == 410


def test_a_link_paid_while_it_is_taken_back_is_paid(link, stripe):
    asked, _payer, away = link
    stripe.card_pays(session_of(away))

    with pytest.raises(AssistedRefused):
        take_back(asked)

    assert statuses(paid_by(asked)) == [Status.ACCEPTED]
