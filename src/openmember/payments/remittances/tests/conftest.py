"""Files to take, and people they may be for."""

import pytest

from openmember.accounts.queries import get_account
from openmember.coverage import models as coverage
from openmember.coverage.services.intake import take_834
from openmember.exchange.testing import Cover, Enrollee, Sending, compose_834
from openmember.members.testing import TESTER, TODAY
from openmember.payments.jobs import ensure_months
from openmember.payments.remittances.services.claims import take_835
from openmember.payments.remittances.services.intake import take_820


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Make the months' partitions once, and not again in every test."""
    with django_db_blocker.unblock():
        ensure_months(TODAY)


@pytest.fixture
def take(tmp_path):
    """Return a function that takes a file's bytes as an 820."""

    def taking(content: bytes, **options):
        path = tmp_path / "file.820"
        path.write_bytes(content)
        return take_820(path=path, actor=TESTER, **options)

    return taking


@pytest.fixture
def take_claims(tmp_path):
    """Return a function that takes a file's bytes as an 835."""

    def taking(content: bytes, **options):
        path = tmp_path / "file.835"
        path.write_bytes(content)
        return take_835(path=path, on=TODAY, actor=TESTER, **options)

    return taking


@pytest.fixture
def enrolled(tmp_path, db):
    """Return a function that enrols somebody under a subscriber's number and returns the account."""
    sent = iter(range(1, 1000))

    def enrol(number: str, first_name: str = "Ana", last_name: str = "River"):
        path = tmp_path / "people.834"
        person = Enrollee(number, first_name, last_name, coverages=(Cover(),))
        path.write_bytes(compose_834([person], sending=Sending(control=next(sent))))
        take_834(path=path, actor=TESTER)
        enrollee = coverage.Enrollee.objects.get(subscriber_number=number)
        return get_account(number=enrollee.account_number)

    return enrol
