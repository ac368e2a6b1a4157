"""Books with a few open months, and the sandbox as the gateway."""

import pytest

from openmember.payments.gateways import get_gateway
from openmember.payments.jobs import ensure_months
from openmember.payments.testing import TODAY, an_account


@pytest.fixture
def books(db, settings):
    """The months' partitions, and the sandbox as the configured gateway."""
    settings.PAYMENT_GATEWAY = "sandbox"
    get_gateway.cache_clear()
    ensure_months(TODAY)


@pytest.fixture
def account(books):
    return an_account()
