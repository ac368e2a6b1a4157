"""A caller, and a household whose bills they may pay."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from openmember.accounts.types import Account
from openmember.billing.types import Line
from openmember.directory import testing
from openmember.directory.reading import DAYS
from openmember.kernel.sql import fetch_all
from openmember.ledger.queries import get_balance
from openmember.members.types import Address, Member
from openmember.payments.jobs import ensure_months
from openmember.payments.queries import list_payments
from openmember.payments.testing import TODAY, a_bill, a_member, an_account
from openmember.phone.simulator.carrier import Carrier
from openmember.phone.simulator.markup import Heard

BORN = date(1970, 5, 17)
BIRTH, ZIP = "05171970#", "94612#"
PREMIUM, MEDICAL = 300_10, 45_10
MOST_QUERIES = 8


@dataclass
class Home:
    """One account with two bills that are due."""

    account: Account
    holder: Member

    @property
    def number(self) -> str:
        return f"{self.account.number}#"

    @property
    def owed_cents(self) -> int:
        return get_balance(account_number=self.account.number).owed_cents

    @property
    def payments(self):
        return list_payments(numbers=self.account.numbers).payments


@dataclass
class Caller:
    """Presses keys and counts the statements each step takes."""

    carrier: Carrier
    steps: list[int] = field(default_factory=list)

    def press(self, *all_keys: str) -> Heard:
        heard = self.carrier.heard
        for keys in all_keys:
            heard = self._counted(lambda keys=keys: self.carrier.press(keys))
        return heard

    def give_card(self, *given: str) -> Heard:
        return self._counted(lambda: self.carrier.give_card(*given))

    def follow(self) -> Heard:
        """Go on as a carrier does where the line asks for no key."""
        heard = self.carrier.heard
        while heard.verb == "Redirect":
            heard = self._counted(self.carrier.follow)
        return heard

    @property
    def transcript(self) -> str:
        return " ".join(self.carrier.transcript)

    def hang_up(self) -> None:
        self.carrier.hang_up()

    def _counted(self, do) -> Heard:
        with CaptureQueriesContext(connection) as captured:
            heard = do()
        self.steps.append(len(captured))
        assert len(captured) <= MOST_QUERIES, [one["sql"] for one in captured]
        return self.follow() if heard.verb == "Redirect" else heard


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Make the months' partitions once, and not again in every test."""
    with django_db_blocker.unblock():
        ensure_months(TODAY)
        ensure_months(timezone.localdate())


@pytest.fixture(autouse=True)
def _no_tries_yet(db):
    fetch_all("DELETE FROM kernel_throttle")


@pytest.fixture
def home(db) -> Home:
    holder = a_member(birth_on=BORN, address=Address(state="CA", postal_code="94612-1234"),
                      region="california")  # fmt: skip
    account = an_account(holder=holder)
    a_bill(account, PREMIUM)
    a_bill(account, MEDICAL, line=Line.MEDICAL, due_on=TODAY + timedelta(days=20), title="Visit")
    return Home(account, holder)


@pytest.fixture
def dial(db):
    """Return a function that calls the line and gives what the caller can do."""

    def call(*, relay: bool = False, caller: str = "+15105550142") -> Caller:
        calling = Caller(Carrier(caller=caller, follows=False))
        calling.carrier.call(relay=relay)
        return calling

    return call


@pytest.fixture
def people_answer(settings, tmp_path):
    """Return a function that has people answer the phone always, or not today."""

    made = ExitStack()

    def make(*, open_now: bool) -> None:
        today = timezone.localdate().weekday()
        days = tuple(day for n, day in enumerate(DAYS) if open_now or n != today)
        # One folder a call: what is read of a folder is kept.
        folder = tmp_path / f"answered-{open_now}"
        made.enter_context(testing.people_answer(settings, folder, days=days))

    with made:
        yield make
