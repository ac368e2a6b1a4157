"""The sandbox as the configured gateway."""

import pytest

from openmember.payments.gateways import get_gateway


@pytest.fixture
def sandbox(settings) -> None:
    settings.PAYMENT_GATEWAY = "sandbox"
    get_gateway.cache_clear()
