"""Books with open months, and an account to pay for."""

import pytest

from openmember.payments.jobs import ensure_months
from openmember.payments.testing import TODAY, a_member, an_account


@pytest.fixture
def books(db):
    """The months' partitions."""
    ensure_months(TODAY)


@pytest.fixture
def account(books):
    """An account of Ana River."""
    return an_account(holder=a_member(first="Ana", last="River"))
