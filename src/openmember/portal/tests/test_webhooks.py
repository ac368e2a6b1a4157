"""Stripe's webhook on the web: what it answers to whom."""

import pytest

pytestmark = pytest.mark.django_db
ADDRESS = "/gateway/stripe"


@pytest.fixture
def signed(settings):
    from tests.doubles.stripe import StripeDouble

    double = StripeDouble()
    settings.STRIPE_SECRET_KEY = "sk_test"
    settings.STRIPE_WEBHOOK_SECRET = double.webhook_secret

    def post(client, kind: str = "customer.created", headers: dict | None = None):
        event = {"id": "evt_1", "object": "event", "type": kind, "data": {"object": {"id": "x"}}}
        payload, signature = double.signed(event)
        return client.post(
            ADDRESS,
            payload,
            content_type="application/json",
            headers={"Stripe-Signature": signature} | (headers or {}),
        )

    return post


def test_a_signed_event_of_no_interest_is_acknowledged(client, signed):
    assert signed(client).status_code == 200


def test_it_needs_no_form_token(signed):
    from django.test import Client

    assert signed(Client(enforce_csrf_checks=True)).status_code == 200


@pytest.mark.parametrize("signature", ["", "t=1,v1=00", "nonsense"])
def test_an_unsigned_event_is_refused(client, signed, signature):
    assert signed(client, headers={"Stripe-Signature": signature}).status_code == 400


def test_an_event_that_cannot_be_looked_up_is_asked_for_again(client, signed, settings):
    from openmember.payments.gateways import get_gateway

    settings.STRIPE_API_BASE = "http://127.0.0.1:1"
    get_gateway.cache_clear()

    assert signed(client, "checkout.session.completed").status_code == 503
    get_gateway.cache_clear()


def test_only_posts_are_taken(client, signed):
    assert client.get(ADDRESS).status_code == 405


def test_there_is_nothing_here_without_stripe(client, signed, settings):
    settings.STRIPE_WEBHOOK_SECRET = None

    assert signed(client).status_code == 404
