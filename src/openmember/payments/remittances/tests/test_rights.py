"""Remittances are taken with the application's own rights, and what was posted cannot be changed by them."""

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from openmember.exchange.x820.testing import Paid, compose_820
from openmember.exchange.x835.testing import Decided, Served, compose_835
from openmember.kernel import grants

pytestmark = pytest.mark.django_db


def run(statement):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def application(enrolled):
    """Work as the application's role from here on."""
    enrolled("S1")
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [grants.APPLICATION_ROLE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {grants.APPLICATION_ROLE} NOLOGIN")
    grants.apply()
    run(f"SET ROLE {grants.APPLICATION_ROLE}")
    yield
    run("RESET ROLE")


def test_both_kinds_of_file_are_taken(application, take, take_claims):
    share = Served(200_00, (("PR", "1", 60_00),))

    premiums = take(compose_820([Paid("S1", (("APTC", 10_00), ("PREM", 5_00)))]))
    claims = take_claims(compose_835([Decided("S1", (share,))]))

    assert premiums.effects.payments_posted == claims.effects.bills_raised == 1
    for table in ("payments_remittance", "payments_remittance_line", "payments_remittance_posting",
                  "billing_claim_entry"):  # fmt: skip
        with pytest.raises(ProgrammingError):
            run(f"DELETE FROM {table}")
