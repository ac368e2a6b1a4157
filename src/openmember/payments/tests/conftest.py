"""Gateways to test against: the built-in sandbox, and Stripe's double on a port."""

from collections.abc import Iterator

import pytest
from tests.doubles.stripe_http import StripeServer

from openmember.payments.gateways import get_gateway
from openmember.payments.gateways.stripe import StripeGateway


@pytest.fixture
def stripe(settings) -> Iterator[StripeServer]:
    """Stripe as the configured gateway."""
    with StripeServer() as server:
        settings.PAYMENT_GATEWAY = "stripe"
        settings.STRIPE_SECRET_KEY = "sk_test"
        settings.STRIPE_WEBHOOK_SECRET = server.double.webhook_secret
        settings.STRIPE_API_BASE = server.url
        get_gateway.cache_clear()
        yield server
        get_gateway.cache_clear()


@pytest.fixture
def sandbox(settings) -> None:
    """The sandbox as the configured gateway."""
    settings.PAYMENT_GATEWAY = "sandbox"
    get_gateway.cache_clear()


@pytest.fixture
def server() -> Iterator[StripeServer]:
    """Stripe, for tests of the gateway alone, which need no database."""
    with StripeServer() as server:
        yield server


@pytest.fixture
def gateway(server: StripeServer) -> StripeGateway:
    """The gateway to it, with little patience."""
    return StripeGateway(
        secret_key="sk_test",
        webhook_secret=server.double.webhook_secret,
        site_url="https://plan.example",
        api_base=server.url,
        timeout_seconds=(1, 0.3),
    )
