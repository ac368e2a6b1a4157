"""A signed-in member with an account, and what they can do with a browser."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from openmember.accounts.types import Account
from openmember.billing.types import Bill
from openmember.ledger.queries import get_balance
from openmember.payments import queries
from openmember.payments.jobs import ensure_months
from openmember.payments.testing import TODAY, a_bill, a_member, a_user, an_account
from openmember.payments.types import Payment, payment_id

BACKEND = "django.contrib.auth.backends.ModelBackend"


def in_days(days: int) -> date:
    """Return a date as the pages reckon it: they read the clock."""
    return timezone.localdate() + timedelta(days=days)


@dataclass
class Browser:
    """One browser. Another with the same cookies is another tab."""

    client: Client = field(default_factory=Client)

    def get(self, name: str, *args: str, **query: str):
        return self.client.get(reverse(f"portal:{name}", args=args), query)

    def post(self, name: str, *args: str, **fields):
        return self.client.post(reverse(f"portal:{name}", args=args), fields)

    def key(self, page: str) -> str:
        """Return the key of the payment a confirm page is about to make."""
        return self.get(page).context["choice"].key


@dataclass
class Holder(Browser):
    """A member who holds an account, signed in."""

    account: Account | None = None

    def bill(self, cents: int = 100_00, *, due_in: int = 10, **facts) -> Bill:
        issued_on = min(in_days(-10), in_days(due_in))
        return a_bill(self.account, cents, issued_on=issued_on, due_on=in_days(due_in), **facts)

    def choose(self, method: str = "card", **what) -> None:
        self.post("pay", **what)
        self.post("pay_how", method=method)

    def confirm(self, key: str = ""):
        return self.post("pay_confirm", key=key or self.key("pay_confirm"))

    def pay(self, **what) -> Payment:
        """Go all three steps and return the payment."""
        self.choose(**what)
        return self.payment(self.confirm())

    def payment(self, response) -> Payment:
        reference = response["Location"].strip("/").split("/")[-1]
        return queries.get_payment(numbers=self.account.numbers, payment_id=payment_id(reference))

    def balance(self):
        return get_balance(account_number=self.account.number)

    def payments(self) -> tuple[Payment, ...]:
        return queries.list_payments(numbers=self.account.numbers).payments


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Make the months' partitions once, and not again in every test."""
    with django_db_blocker.unblock():
        ensure_months(TODAY)


@pytest.fixture
def holder_of(db):
    """Return a function that makes a member, their account and their browser."""

    def make(**facts: str) -> Holder:
        member = a_member(**facts)
        account = an_account(holder=member)
        client = Client()
        client.force_login(a_user(member=member), backend=BACKEND)
        return Holder(client, account)

    return make


@pytest.fixture
def holder(holder_of) -> Holder:
    return holder_of(region="northwest")


@pytest.fixture
def guest(db) -> Browser:
    return Browser()
