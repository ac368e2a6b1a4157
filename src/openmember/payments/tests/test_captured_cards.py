"""What a telephone carrier captured, charged by its token against the double of Stripe."""

from dataclasses import replace

import pytest
from tests.doubles.stripe import NO_FUNDS_CARD
from tests.doubles.stripe_http import StripeServer

from openmember.payments.gateways import get_gateway, get_phone_gateway_name
from openmember.payments.gateways.protocol import Charge, DeclineReason, Outcome
from openmember.payments.gateways.stripe.captured import StripeCapturedCards
from openmember.payments.gateways.stripe.client import client_of
from openmember.payments.types import Method


@pytest.fixture
def gateway(server: StripeServer) -> StripeCapturedCards:
    return StripeCapturedCards(client_of("sk_test", server.url, (1, 0.3)))


def charge_of(server: StripeServer, card: str = "4242424242424242", **facts: object) -> Charge:
    """Return a charge of a token the carrier's connector made of this card."""
    server.double.cards["pm_phone"] = card
    charge = Charge(
        key="P-7KQ2-M9XA-4", amount_cents=125_00, method=Method.CARD, description="P-7KQ2-M9XA-4",
        return_url="", cancel_url="", kept_card="pm_phone",
    )  # fmt: skip
    return replace(charge, **facts)


@pytest.mark.parametrize("method", [Method.CARD, Method.ACH])
def test_a_token_is_charged_once_for_a_key(gateway, server, method):
    charge = charge_of(server, method=method)

    first, again = gateway.charge(charge), gateway.charge(charge)

    assert first.outcome is Outcome.APPROVED
    assert again == first
    assert [one["status"] for one in server.double.intents.values()] == ["succeeded"]


def test_a_decline_comes_with_its_reason(gateway, server):
    answer = gateway.charge(charge_of(server, NO_FUNDS_CARD))

    assert (answer.outcome, answer.reason) == (
        Outcome.DECLINED,
        DeclineReason.INSUFFICIENT_FUNDS,
    )


def test_a_token_nobody_made_takes_nothing(gateway, server):
    assert gateway.charge(charge_of(server, kept_card="pm_other")).outcome is Outcome.DECLINED


def test_calls_are_charged_where_the_house_charges(settings):
    settings.PAYMENT_GATEWAY, settings.STRIPE_SECRET_KEY = "stripe", "sk_test"
    get_gateway.cache_clear()

    assert isinstance(get_gateway(get_phone_gateway_name()), StripeCapturedCards)
    settings.PAYMENT_GATEWAY = "sandbox"
    assert get_phone_gateway_name() == "sandbox"
    get_gateway.cache_clear()
