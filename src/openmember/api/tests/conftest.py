"""A member with an account, and an app they let in."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from openmember.accounts.types import Account
from openmember.api.testing import AppOnPhone, an_app
from openmember.billing.types import Bill
from openmember.members.types import Address
from openmember.payments.jobs import ensure_months
from openmember.payments.testing import TODAY, a_bill, a_member, a_user, an_account


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def owe(account: Account, cents: int, *, due_in: int = 10, **facts) -> Bill:
    issued_on = min(in_days(-10), in_days(due_in))
    return a_bill(account, cents, issued_on=issued_on, due_on=in_days(due_in), **facts)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        ensure_months(TODAY)


@pytest.fixture
def app_of(db):
    """Return a function that makes a member with an account, and their app."""

    def make(**facts) -> AppOnPhone:
        member = a_member(**facts)
        account = an_account(holder=member)
        return an_app(user=a_user(member=member), account=account)

    return make


@pytest.fixture
def app(app_of) -> AppOnPhone:
    return app_of(region="northwest", address=Address(state="WA"))
