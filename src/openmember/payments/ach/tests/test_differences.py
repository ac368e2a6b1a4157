"""The proof of the books names what was tampered with."""

from datetime import date

import pytest

from openmember.kernel.sql import fetch_all
from openmember.payments.ach.testing import (
    a_debit,
    a_file,
)
from openmember.payments.jobs import check_books
from openmember.payments.testing import an_account

pytestmark = pytest.mark.django_db
AFTER = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("damage", "check"),
    [
        ("UPDATE payments_ach_batch SET cents = cents + 1", "ach batch"),
        ("DELETE FROM payments_ach_waiting", "ach waiting"),
        ("UPDATE payments_ach_file SET debit_cents = 1", "ach file"),
        ("UPDATE payments_ach_entry SET amount_cents = 1", "ach entry"),
        ("UPDATE payments_payment SET status = 'declined'", "ach entry"),
        ("DELETE FROM payments_ach_entry", "ach debit"),
    ],
)  # fmt: skip
def test_the_proof_of_the_books_names_what_was_tampered_with(tmp_path, damage, check):
    a_debit(an_account())
    a_file(tmp_path, settled=True)
    a_debit(an_account(), on=AFTER)
    fetch_all("SET session_replication_role = replica")
    fetch_all(damage)
    fetch_all("SET session_replication_role = origin")

    assert check in [one.check for one in check_books()]
