"""A caller, and a household whose bills they may pay."""

from contextlib import ExitStack
from datetime import timedelta

import pytest
from django.utils import timezone

from openmember.billing.types import Line
from openmember.directory import testing
from openmember.directory.reading import DAYS
from openmember.kernel.sql import fetch_all
from openmember.members.types import Address, Role
from openmember.payments.drawers.testing import a_person
from openmember.payments.jobs import ensure_months
from openmember.payments.testing import TODAY, a_bill, a_member, an_account
from openmember.phone import queries
from openmember.phone.services import take_handover
from openmember.phone.simulator.carrier import Carrier
from openmember.phone.tests.callers import BORN, MEDICAL, PREMIUM, Caller, Home
from openmember.phone.tests.secured import Secured, listen, send


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


@pytest.fixture
def sandbox(settings):
    settings.PHONE_SIMULATOR = True


@pytest.fixture
def rosa():
    return a_person(Role.REPRESENTATIVE)


@pytest.fixture
def talking(sandbox, people_answer, home, rosa):
    """Return a function that has somebody call, ask for a person, and be taken by one."""
    people_answer(open_now=True)

    def talk(language="1", *, knows_number=True, actor=rosa) -> Secured:
        carrier = Carrier(follows=False)
        carrier.call()
        caller = Secured(carrier)
        caller.press(language, *(["1", home.number] if knows_number else []), "0")
        (waiting,) = queries.list_handovers()
        take_handover(handover_id=waiting.id, actor=actor)
        return caller

    return talk


@pytest.fixture
def secured(talking, home, rosa):
    """A caller who has heard the secure line, and what they are to pay."""
    caller = talking()
    asked = send(home, rosa)
    listen(caller)
    return caller, asked
