"""A cashier with a drawer open, the sandbox as terminal, and a few open months."""

import pytest

from openmember.directory.facilities import find_facility
from openmember.members.types import Role
from openmember.payments.drawers.services.opening import open_drawer
from openmember.payments.drawers.testing import a_person
from openmember.payments.gateways import get_gateway
from openmember.payments.jobs import ensure_months
from openmember.payments.testing import TODAY, an_account


@pytest.fixture
def books(db, settings):
    settings.PAYMENT_GATEWAY = "sandbox"
    get_gateway.cache_clear()
    ensure_months(TODAY)


@pytest.fixture
def account(books):
    return an_account()


@pytest.fixture
def facility():
    return find_facility(location="Oakland")


@pytest.fixture
def cashier():
    return a_person(Role.CASHIER)


@pytest.fixture
def supervisor():
    return a_person(Role.SUPERVISOR)


@pytest.fixture
def drawer(books, facility, cashier):
    return open_drawer(
        facility=facility, name="Pharmacy 1", float_cents=200_00, on=TODAY, actor=cashier
    )
