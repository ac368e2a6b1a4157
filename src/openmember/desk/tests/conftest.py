"""A person at the desk, in some role, with an account open."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from openmember.accounts.types import Account
from openmember.kernel.audit.queries import list_entries
from openmember.ledger.queries import get_balance
from openmember.members.types import Role
from openmember.payments.jobs import ensure_months
from openmember.payments.testing import TODAY, a_staff_user


@dataclass
class Desk:
    """What a person at the desk can do, and what becomes of it."""

    client: Client
    account: Account | None = None

    def open(self, account: Account, reason: str = "caller"):
        self.account = account
        pick = f"{account.holder_id}:{account.number[-4:]}"
        return self.client.post(reverse("desk:open"), {"pick": pick, "reason": reason})

    def get(self, name: str, *args: str, **query: str):
        return self.client.get(reverse(f"desk:{name}", args=args), query)

    def find(self, text: str):
        return self.client.post(reverse("desk:find"), {"text": text})

    def ask(self, name: str, *args: str, **fields):
        """Fill in an act's form and send it once; the answer shows what would happen."""
        return self.send(name, *args, key="key-1", **fields)

    def do(self, name: str, *args: str, key: str = "key-1", **fields):
        """Fill in an act's form and confirm it."""
        return self.send(name, *args, key=key, confirmed="yes", **fields)

    def send(self, name: str, *args: str, **fields):
        token = self.client.session["desk_opened"]["token"]
        address = reverse(f"desk:{name}", args=args)
        return self.client.post(address, {"opened": token, **fields}, follow=True)

    def balance(self):
        return get_balance(account_number=self.account.number)

    def audited(self, action: str):
        """Return the audit entries of one action, the newest first."""
        entries = list_entries(numbers=(self.account.number,), limit=200)
        return [entry for entry in entries if entry.action == action]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Make the months' partitions once, and not again in every test."""
    with django_db_blocker.unblock():
        ensure_months(TODAY)


@pytest.fixture
def client_of(db):
    """Return a function that signs a person in."""

    def sign_in(user) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign_in


@pytest.fixture
def desk_of(client_of):
    """Return a function that signs in somebody with these roles and opens an account."""

    def sign_in(*roles: Role, account: Account | None = None) -> Desk:
        desk = Desk(client_of(a_staff_user(*roles)))
        if account:
            desk.open(account)
        return desk

    return sign_in
