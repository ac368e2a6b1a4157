"""The API asked whatever its own document allows, and much that it does not.

The suite tries a bounded number of requests, the same each time; `make fuzz` tries for long, with others.
"""

import os
import re
from datetime import timedelta

import pytest
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from oauth2_provider.models import AccessToken

from openmember.api.testing import keys
from openmember.api.tests.conftest import owe
from openmember.api.tests.test_payments import a_bank
from openmember.billing.types import Line
from openmember.payments.jobs import check_books
from openmember.payments.testing import a_payment

EXAMPLES = int(os.environ.get("OPENMEMBER_FUZZ_EXAMPLES", "6"))
IS_LONG = "OPENMEMBER_FUZZ_EXAMPLES" in os.environ

configured = schemathesis.Config.from_dict(
    {
        # A card that is declined is no fault of the request's.
        "checks": {
            "positive_data_acceptance": {
                "expected-statuses": ["2xx", "401", "402", "403", "404", "409", "429", "5xx"]
            },
        }
    }
)
schema = schemathesis.openapi.from_wsgi(
    "/api/v1/openapi.json", get_wsgi_application(), config=configured
)


@pytest.fixture
def member(app, settings):
    """A member's app with something of everything, and room to ask often."""
    settings.API_REQUESTS_A_MINUTE = settings.API_PAYMENTS_IN_TEN_MINUTES = 10_000_000
    AccessToken.objects.update(expires=timezone.now() + timedelta(days=2))
    bill = owe(app.account, 80_00, due_in=-3)
    owe(app.account, 400_00, line=Line.MEDICAL)
    a_payment(app.account, 20_00, bill)
    a_bank(app.account)
    # The server keeps the test's connection between requests, as Django's own test client has it.
    signals.request_started.disconnect(close_old_connections)
    signals.request_finished.disconnect(close_old_connections)
    yield app
    signals.request_started.connect(close_old_connections)
    signals.request_finished.connect(close_old_connections)
    assert check_books() == ()


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=not IS_LONG,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_nothing_is_found(case, member):
    key = (case.headers or {}).get("Idempotency-Key")
    if isinstance(key, str) and re.fullmatch(r"[!-~]{1,180}", key):
        # A good key is made a new one: to send an old one with another body is refused, and rightly.
        case.headers["Idempotency-Key"] = f"{key}-{next(keys)}"
    case.call_and_validate(headers={"Authorization": f"Bearer {member.token}"})
